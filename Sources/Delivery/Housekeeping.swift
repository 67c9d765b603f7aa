package import AMI
package import Basics
package import Spool

/// What is done beside the work: looking after the disk, noting that nothing is missed, giving memory and disk space back
/// to the system, and telling what the log kept back.
package struct Housekeeping: Service {
    package let name = "housekeeping"
    let spool: RecordSpool
    let client: AMIClient
    let deliveries: EventRing
    /// How old a recording can be when it is found; zero when none are looked for.
    let recordingAge: Duration
    let log: Logger

    /// Looks this often after the disk.
    private static let interval = Duration.seconds(5)

    /// An uploaded recording is remembered for so long after it is too old to be found again: someone may raise the
    /// limit.
    private static let recordingMemory = Duration.seconds(7 * 86400)

    /// Calls are remembered for so many seconds after the last moment at which a recording of them can be found.
    private static let uploadMargin = 12 * 3600

    /// What was read so many seconds ago is stored, unless the ring says otherwise.
    private static let margin = 2

    /// - Parameters:
    ///   - deliveries: what the client gives to those who store it.
    ///   - recordingAge: how old a recording can be when it is found; zero when none are looked for.
    package init(
        spool: RecordSpool,
        client: AMIClient,
        deliveries: EventRing,
        recordingAge: Duration,
        log: Logger
    ) {
        self.spool = spool
        self.client = client
        self.deliveries = deliveries
        self.recordingAge = recordingAge
        self.log = log
    }

    package func run() async throws {
        var received = 0
        var round = 0
        while true {
            try await Task.sleep(for: Self.interval)
            log.tellRepetitions()
            round += 1
            do throws(SpoolError) {
                try await spool.inspect()
                if round.isMultiple(of: 2) {
                    try await noteAlive()
                    try await forgetCalls()
                    try await forgetKeys()
                    let total = spool.figures.counts.values.reduce(0) { $0 + $1.received }
                    if total - received < 1000 { try await tidy() }
                    received = total
                }
            } catch {
                log.error("spool failed", [.init(own: "error", error)])
            }
        }
    }

    /// Moves the begin of a possible gap along while no records come, as far as Asterisk was heard.
    private func noteAlive() async throws(SpoolError) {
        guard let moment = client.completeUntil, deliveries.isIdle else { return }
        try await spool.noteAlive(at: moment.adding(seconds: -Self.margin))
    }

    /// Forgets what is known of calls whose recordings cannot come any more, whether there is much to do or not: they come
    /// as fast as CDRs do.
    private func forgetCalls() async throws(SpoolError) {
        let age = recordingAge == .zero ? 0 : Int(recordingAge.components.seconds) + Self.uploadMargin
        while try await spool.forgetCalls(age: age, now: .now()), !Task.isCancelled {}
    }

    /// Forgets keys that are too old or too many, whether there is much to do or not; the rest goes in the next round.
    private func forgetKeys() async throws(SpoolError) {
        for _ in 0..<Self.mostKeyPortions {
            guard try await spool.forgetOldKeys(now: .now()), !Task.isCancelled else { return }
        }
    }

    /// Each of some thousand keys.
    private static let mostKeyPortions = 100

    private func tidy() async throws(SpoolError) {
        Heap.trim()
        let age = recordingAge + Self.recordingMemory
        let forgotten = Timestamp.now().adding(seconds: -Int(age.components.seconds))
        while try await spool.forgetRecordings(modifiedBefore: forgotten), !Task.isCancelled {}
        try await spool.forgetRecordingIDs()
        guard spool.figures.waiting < 1000 else { return }
        while try await spool.giveSpaceBack(), !Task.isCancelled {}
    }
}
