package import AMI
package import Basics
package import Spool

/// Periodic tasks: checks the disk, records that nothing is missing, deletes old entries, returns memory and disk space
/// to the system, and logs collapsed lines.
package struct Housekeeping: Service {
    package let name = "housekeeping"
    let spool: RecordSpool
    let client: AMIClient
    let deliveries: EventRing
    /// The greatest age of a recording when it is found; zero when none are searched for.
    let recordingAge: Duration
    let log: Logger

    /// How often the disk is checked.
    private static let interval = Duration.seconds(5)

    /// How long an uploaded recording is remembered after it is too old to be found again, in case the limit is raised.
    private static let recordingMemory = Duration.seconds(7 * 86400)

    /// How many seconds a call is remembered after the last moment at which its recording can be found.
    private static let uploadMargin = 12 * 3600

    /// Events read this many seconds ago are stored, unless the ring still has some.
    private static let margin = 2

    /// - Parameters:
    ///   - deliveries: the ring from the client to the consumer that stores events.
    ///   - recordingAge: the greatest age of a recording when it is found; zero when none are searched for.
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

    /// Runs all tasks every 5 s, some every 10 s, until cancelled.
    package func run() async throws {
        var received = 0
        var round = 0
        while true {
            try await Task.sleep(for: Self.interval)
            log.flushRepetitions()
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

    /// Moves the begin of a possible gap forward while no records arrive, up to the last moment at which Asterisk was
    /// heard.
    private func noteAlive() async throws(SpoolError) {
        guard let moment = client.completeUntil, deliveries.isIdle else { return }
        try await spool.perform { try $0.queue.noteAlive(at: moment.adding(seconds: -Self.margin)) }
    }

    /// Deletes calls whose recordings can no longer arrive, whatever the load: new calls arrive as fast as CDRs.
    private func forgetCalls() async throws(SpoolError) {
        let age = recordingAge == .zero ? 0 : Int(recordingAge.components.seconds) + Self.uploadMargin
        try await inPortions { try $0.forgetCalls(age: age, now: .now()) }
    }

    /// Deletes keys that are too old or too many, whatever the load; the rest is deleted in the next round.
    private func forgetKeys() async throws(SpoolError) {
        for _ in 0..<Self.mostKeyPortions {
            let isDone = try await !spool.perform { try $0.queue.forgetOldKeys(now: .now()) }
            if isDone || Task.isCancelled { return }
        }
    }

    /// The most portions in a round, each of some thousand keys.
    private static let mostKeyPortions = 100

    private func tidy() async throws(SpoolError) {
        Heap.trim()
        let age = recordingAge + Self.recordingMemory
        let forgotten = Timestamp.now().adding(seconds: -Int(age.components.seconds))
        try await inPortions { try $0.recordings.forget(modifiedBefore: forgotten) }
        try await spool.perform { try $0.forgetRecordingIDs() }
        guard spool.figures.waiting < 1000 else { return }
        try await inPortions { try $0.giveSpaceBack() }
    }

    /// Repeats a change of the spool until it returns false, and lets others use the spool in between.
    private func inPortions(_ change: @Sendable (SpoolStore) throws -> Bool) async throws(SpoolError) {
        while try await spool.perform(change), !Task.isCancelled {}
    }
}
