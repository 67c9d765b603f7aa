package import AMI
package import Basics
package import Daemon
package import Delivery
package import Recordings
package import Spool

/// What the connector is doing, at one moment.
package struct StatusReport: Sendable {
    package var hostname: String
    package var uptime: Duration
    package var ami: AMIClient.Status
    package var spool: SpoolFigures
    package var ringBytes: Int
    package var delivery: DeliveryReport
    /// Gaps that go on, and are in the spool once they are over: nobody is logged in, or the ring has no room.
    package var gapsUnderWay: [Gap] = []
    /// When the last CDR or CEL came, in this run.
    package var lastEvent: Timestamp?
    /// `nil` when recordings are off.
    package var recordings: RecordingsStatus?
    package var rates = LiveRates()
    /// Takes our secrets out of `problems`; the other texts are without them already.
    package var redaction = Redaction([])
    /// `nil` when there is to be no monitoring port.
    package var monitoring: MonitoringPort.Status?
    /// The last warnings and errors of the log, the oldest first.
    package var troubles: [LogEntry] = []

    package init(
        hostname: String,
        uptime: Duration,
        ami: AMIClient.Status,
        spool: SpoolFigures,
        ringBytes: Int,
        delivery: DeliveryReport
    ) {
        self.hostname = hostname
        self.uptime = uptime
        self.ami = ami
        self.spool = spool
        self.ringBytes = ringBytes
        self.delivery = delivery
    }

    /// Why it is not ready; empty when it is.
    package var problems: [String] { allProblems.map { redaction.shown($0) } }

    private var allProblems: [String] {
        var problems: [String] = []
        if !ami.isOnline {
            // What Asterisk or whoever answers in its place said may have anything in it.
            problems.append(ami.lastError.map { Masking.masked($0.description) } ?? "not logged in to Asterisk yet")
        }
        if let error = spool.lastError { problems.append(error.description) }
        switch spool.level {
        case .all: break
        case .cdrsOnly:
            problems.append("the spool is nearly full and takes no CELs\(fill)")
        case .nothing:
            if case .full = spool.lastError { break }
            problems.append("the spool is full and takes nothing\(fill)")
        }
        for gap in gapsUnderWay where gap.cause == .overflow {
            problems.append(
                "events are being lost since \(gap.from): \(gap.events) so far; look at the spool and the disk of SPOOL_DIR"
            )
        }
        return problems
    }

    /// What the spool is full of, and what helps.
    private var fill: String { spool.fillCause.map { ": \($0.explanation); \($0.advice)" } ?? "" }
}
