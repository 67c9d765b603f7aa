package import AMI
package import Basics
package import Daemon
package import Delivery
package import Recordings
package import Spool

/// The state of the connector at one moment.
package struct StatusReport: Sendable {
    /// The name of the PBX.
    package var hostname: String
    /// The time since the start of the process.
    package var uptime: Duration
    package var ami: AMIClient.Status
    package var spool: SpoolFigures
    /// Bytes of events that are read but not stored.
    package var ringBytes: Int
    package var delivery: DeliveryReport
    /// Gaps that are still open, because of a missing login or a full ring; they are stored when they end.
    package var gapsUnderWay: [Gap] = []
    /// What the features report as `Feature.problems`.
    package var featureProblems: [String] = []
    /// When the last CDR or CEL arrived in this run.
    package var lastEvent: Timestamp?
    /// `nil` when recordings are off.
    package var recordings: RecordingsStatus?
    /// The current rates, for the live page and `/status`.
    package var rates = LiveRates()
    /// Removes secrets from `problems`; the other texts have none.
    package var redaction = Redaction([])
    /// `nil` when the monitoring port is disabled.
    package var monitoring: MonitoringPort.Status?
    /// The last warnings and errors of the log, oldest first.
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

    /// Why the connector is not ready; empty when it is.
    package var problems: [String] { allProblems.map { redaction.shown($0) } }

    private var allProblems: [String] {
        var problems: [String] = []
        if !ami.isOnline {
            // The text comes from the server and may contain anything.
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
        return problems + featureProblems
    }

    /// What fills the spool, and what to do about it.
    private var fill: String { spool.fillCause.map { ": \($0.explanation); \($0.advice)" } ?? "" }
}
