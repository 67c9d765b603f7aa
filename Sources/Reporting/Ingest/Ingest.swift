package import AMI
package import Basics
package import CallRecords
package import Daemon
import Delivery
package import Spool

/// Makes records from events and appends them to the spool, in groups of one commit each.
package final class Ingest: Service {
    /// The PBX and the limits of a group.
    package struct Configuration: Sendable {
        /// The name of the PBX.
        package var hostname: String
        /// The time zone of the PBX, if it is configured.
        package var zone: TimeZoneRules?
        /// The rules for direction and filters at the start.
        package var policy: RecordPolicy
        /// A group is committed at this many records or bytes, and whenever no more events are waiting.
        package var groupRecords = 200
        package var groupBytes = 256 << 10
        /// Whether facts about calls are stored for their recordings.
        package var keepsCalls = false

        package init(hostname: String, zone: TimeZoneRules?, policy: RecordPolicy = RecordPolicy()) {
            self.hostname = hostname
            self.zone = zone
            self.policy = policy
        }
    }

    package let name = "ingest"

    private let configuration: Configuration
    private let deliveries: EventRing
    let spool: RecordSpool
    let metrics: ReportingMetrics
    let log: Logger
    private let didAppend: @Sendable (RecordSpool.Appended) -> Void
    private let turns = Counter()
    private let newPolicy = Lock<RecordPolicy?>(nil)

    /// - Parameter didAppend: called after each commit.
    package init(
        _ configuration: Configuration,
        deliveries: EventRing,
        spool: RecordSpool,
        metrics: ReportingMetrics,
        log: Logger,
        didAppend: @escaping @Sendable (RecordSpool.Appended) -> Void
    ) {
        self.configuration = configuration
        self.deliveries = deliveries
        self.spool = spool
        self.metrics = metrics
        self.log = log
        self.didAppend = didAppend
    }

    /// Ingest as the watchdog sees it: it has work while the ring is not empty, and waits only for the spool.
    package var watched: WatchedPart {
        WatchedPart { [self] in
            let isExcused = deliveries.isEmpty || spool.isHeldUp
            return ProgressCheck.Sign(name, turns: turns.value, isExcused: isExcused)
        }
    }

    /// Replaces the rules for direction and filters, from the next delivery on.
    package func adopt(_ policy: RecordPolicy) { newPolicy.withLock { $0 = policy } }

    /// Works until the ring is closed and its content is stored; then waits for cancellation.
    package func run() async throws {
        var builder = RecordBuilder(
            hostname: configuration.hostname,
            zone: configuration.zone,
            policy: configuration.policy,
            memory: await restoredChannels(),
            spans: await restoredSpans()
        )
        var reported = RecordBuilder.Findings()
        var uncertain = UncertainTimesReport()
        var line = CDRReorderBuffer()
        while true {
            let next =
                if let deadline = line.deadline(builder) { await deliveries.next(until: deadline) } else {
                    line.isEmpty ? await deliveries.next() : nil
                }
            if let next { line.append(next, at: .now, &builder) } else if line.isEmpty { break }
            guard next == nil || line.deadline(builder) == nil else { continue }
            guard let ready = line.removeFirst() else { continue }
            turns.add()
            if let policy = newPolicy.withLock({ take(&$0) }) { builder.adopt(policy) }
            switch ready {
            case .events(let messages, let receipt): await store(messages, receipt, &builder)
            case .gap(let gap): await declare(gap)
            }
            metrics.rememberedChannels.value = Double(builder.memory.count)
            report(builder.findings, since: &reported)
            report(builder.uncertainTimes, since: &uncertain)
            await keepSpans(of: &builder)
        }
        try await Task.sleep(for: .seconds(1 << 30))
    }

    private func take(_ policy: inout RecordPolicy?) -> RecordPolicy? {
        defer { policy = nil }
        return policy
    }

    /// Loads the channels that an earlier run stored; their calls may still be active.
    private func restoredChannels() async -> ChannelCache {
        var memory = ChannelCache()
        do throws(SpoolError) {
            let snapshots = try await spool.perform { try $0.snapshots.all() }
            for content in snapshots {
                if let facts = ChannelFacts(decoding: content) { memory.restore(facts) }
            }
            _ = memory.takeChanges()
        } catch {
            log.error("state of ongoing calls unreadable", [.init(own: "error", error)])
        }
        return memory
    }

    /// Logs and stores a gap; each one is logged, never collapsed with another.
    private func declare(_ gap: Gap) async {
        log.warning(
            "events could have been missed",
            [
                .init(own: "cause", gap.cause.rawValue), .init(own: "from", gap.from), .init(own: "to", gap.to),
                .init(own: "events", gap.events > 0 ? "\(gap.events)" : "unknown"),
            ],
            collapsing: false
        )
        let declaration = NewGap(cause: gap.cause.rawValue, from: gap.from, to: gap.to, events: gap.events)
        let intake = Self.newIntake()
        await insisting("the declaration of a gap") { () throws(SpoolError) in
            try await self.spool.perform { try $0.declare(declaration, intake: intake) }
        }
    }

    private func store(_ messages: [AMIMessage], _ receipt: Receipt, _ builder: inout RecordBuilder) async {
        var group = Group(completeUntil: receipt.writtenAfter)
        let now = ContinuousClock.now
        for message in messages {
            let outcome = builder.outcome(of: message, receipt, at: now)
            if configuration.keepsCalls { group.notes.add(message, outcome, receivedAt: receipt.at) }
            switch outcome {
            case .record(let record, let cdr):
                if let cdr {
                    metrics.calls.count(cdr)
                    logDirection(of: cdr)
                }
                group.append(NewRecord(record, receivedAt: receipt.at))
            case .filtered(let reason, let cdr):
                logDirection(of: cdr)
                group.filtered += 1
                metrics.filtered(reason)
                log.debug(
                    "left out by a filter",
                    [.init(own: "reason", reason.rawValue), .init("uniqueid", (message[.uniqueID] ?? []).text)]
                )
            case .nothing: break
            }
            if group.records.count >= configuration.groupRecords || group.bytes >= configuration.groupBytes {
                await commit(&group)
            }
        }
        group.snapshots = builder.memory.takeChanges().map { ChannelSnapshot($0) }
        await commit(&group)
    }

    private func logDirection(of cdr: CDR) {
        log.debug(
            "direction decided",
            [
                .init("channel", (cdr.message[.channel] ?? []).text), .init("context", cdr.context.text),
                .init("dcontext", (cdr.message[.destinationContext] ?? []).text),
                .init("direction", cdr.direction.rawValue), .init("rule", cdr.decision.metadata.rule.rawValue),
                .init("uniqueid", cdr.uniqueID.text),
            ]
        )
    }

    /// The content of one transaction.
    private struct Group {
        /// Once the group is stored, nothing that Asterisk wrote before this moment is missing.
        let completeUntil: Timestamp?
        var records: [NewRecord] = []
        var bytes = 0
        var filtered = 0
        var snapshots: [ChannelSnapshot] = []
        var notes = CallNotes()

        var isEmpty: Bool { records.isEmpty && filtered == 0 && snapshots.isEmpty && notes.isEmpty }

        mutating func append(_ record: NewRecord) {
            records.append(record)
            bytes += record.body.count
        }
    }

    private func commit(_ group: inout Group) async {
        guard !group.isEmpty else { return }
        let content = group
        let intake = Self.newIntake()
        group = Group(completeUntil: content.completeUntil)
        await insisting("\(content.records.count) records") { () throws(SpoolError) in
            let start = ContinuousClock.now
            let appended = try await self.spool.append(
                content.records,
                filtered: content.filtered > 0 ? [.cdr: content.filtered] : [:],
                snapshots: content.snapshots,
                notes: content.notes,
                completeUntil: content.completeUntil,
                intake: intake
            )
            self.metrics.accepted(appended, took: .now - start)
            self.didAppend(appended)
        }
    }

    /// A random number for a group or gap, the same for each attempt to store it.
    private static func newIntake() -> Int { Int.random(in: 1 ... .max) }

    /// Repeats an operation of the spool until it succeeds or the task is cancelled; meanwhile the ring fills, and an
    /// overflow is a gap.
    private func insisting(_ what: String, _ body: () async throws(SpoolError) -> Void) async {
        let retry = SpoolRetry { [metrics, turns, log] error in
            metrics.spool.errors.add()
            turns.add()
            log.error("spool failed, records wait in memory", [.init(own: "error", error)])
        }
        let done: Void? = await retry.run(body)
        guard done == nil else { return }
        log.error(
            "not stored before the stop, the next start declares a gap",
            [.init(own: "what", what)],
            collapsing: false
        )
    }
}
