package import AMI
package import Basics
import CallRecords
package import Spool

/// Makes records of events and puts them into the spool, in groups of one commit each.
package final class Ingest: Service {
    package struct Configuration: Sendable {
        package var hostname: String
        package var zone: TimeZoneRules?
        /// A group is committed at this many records or bytes, and whenever nothing more has come.
        package var groupRecords = 200
        package var groupBytes = 256 << 10

        package init(hostname: String, zone: TimeZoneRules?) {
            self.hostname = hostname
            self.zone = zone
        }
    }

    package let name = "ingest"

    private let configuration: Configuration
    private let deliveries: EventRing
    private let spool: Spool
    private let metrics: Metrics
    private let log: Logger
    private let didAppend: @Sendable (Spool.Appended) -> Void

    /// - Parameter didAppend: told of each commit.
    package init(
        _ configuration: Configuration,
        deliveries: EventRing,
        spool: Spool,
        metrics: Metrics,
        log: Logger,
        didAppend: @escaping @Sendable (Spool.Appended) -> Void
    ) {
        self.configuration = configuration
        self.deliveries = deliveries
        self.spool = spool
        self.metrics = metrics
        self.log = log
        self.didAppend = didAppend
    }

    /// Works until the deliveries end, so that all that was read is on the disk; then waits to be cancelled.
    package func run() async throws {
        var builder = RecordBuilder(hostname: configuration.hostname, zone: configuration.zone)
        var reported = RecordBuilder.Findings()
        for await delivery in deliveries {
            switch delivery {
            case .events(let batch):
                await store(batch, &builder)
                report(builder.findings, since: &reported)
            case .gap(let gap): await declare(gap)
            }
        }
        try await Task.sleep(for: .seconds(1 << 30))
    }

    /// Each gap has a line of its own: none is ever kept back as a repetition.
    private func declare(_ gap: Gap) async {
        metrics.gap(gap)
        log.warning(
            "events could have been missed",
            [
                .init("cause", gap.cause.rawValue), .init("from", gap.from), .init("to", gap.to),
                .init("events", gap.events > 0 ? "\(gap.events)" : "unknown"),
            ],
            collapsing: false
        )
        let declaration = NewGap(cause: gap.cause.rawValue, from: gap.from, to: gap.to, events: gap.events)
        await insisting("the declaration of a gap") { () throws(SpoolError) in
            try await self.spool.declare(declaration)
        }
    }

    private func store(_ batch: EventBatch, _ builder: inout RecordBuilder) async {
        var group: [NewRecord] = []
        group.reserveCapacity(batch.count)
        var bytes = 0
        for index in 0..<batch.count {
            guard let record = builder.record(of: batch[index], receivedAt: batch.receivedAt) else { continue }
            group.append(NewRecord(record, receivedAt: batch.receivedAt))
            bytes += record.body.count
            if group.count >= configuration.groupRecords || bytes >= configuration.groupBytes {
                await commit(group)
                group.removeAll(keepingCapacity: true)
                bytes = 0
            }
        }
        await commit(group)
    }

    private func commit(_ group: [NewRecord]) async {
        guard !group.isEmpty else { return }
        await insisting("\(group.count) records") { () throws(SpoolError) in
            let start = ContinuousClock.now
            let appended = try await self.spool.append(group)
            self.metrics.accepted(appended, took: .now - start)
            self.didAppend(appended)
        }
    }

    /// Does what the disk may refuse, however often that takes: behind it the ring fills, and what the ring cannot take
    /// is a gap.
    private func insisting(_ what: String, _ body: () async throws(SpoolError) -> Void) async {
        while true {
            do throws(SpoolError) {
                return try await body()
            } catch {
                metrics.spoolErrors.add()
                log.error("the spool fails; records wait in memory", [.init("error", error)])
                guard !Task.isCancelled else {
                    return log.error(
                        "stopped before this could be stored; the next start declares a gap",
                        [.init("what", what)]
                    )
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Says once what the PBX should be told to send.
    private func report(_ findings: RecordBuilder.Findings, since reported: inout RecordBuilder.Findings) {
        if findings.lacksMappings, !reported.lacksMappings {
            log.warning(
                "CDRs come without mapped LinkedID, Sequence or StartEpoch: calls are harder to tie together, times have"
                    + " whole seconds; add the [mappings] of the setup guide to cdr_manager.conf"
            )
        }
        if findings.lacksZone, !reported.lacksZone {
            log.warning(
                "nothing tells the PBX's time zone, times are taken for UTC; set PBX_TZ, or timestampevents=yes in"
                    + " manager.conf"
            )
        }
        reported = findings
    }
}
