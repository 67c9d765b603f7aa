import AMI
import Basics
import CallRecords
import Daemon
import Delivery
import Reporting
import Spool
import TestSupport
import Testing

/// Events in, a spool out.
struct IngestTests {
    private let directory = TemporaryDirectory()
    private let spool: RecordSpool
    private let ring = EventRing(capacity: 1 << 20)
    private let registry = Registry()
    private let metrics: ReportingMetrics

    init() throws {
        spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        metrics = ReportingMetrics(registry, spool: SpoolMetrics(registry))
    }

    private func deliver(_ events: String...) {
        var batch = EventBatch(receivedAt: .now())
        for event in events { batch.append(Array(event.utf8)[...]) }
        #expect(ring.append(batch) == .accepted)
    }

    private static func newChannel(_ uniqueID: String, context: String = "from-trunk") -> String {
        "Event: Newchannel\r\nContext: \(context)\r\nUniqueid: \(uniqueID)\r\nLinkedid: \(uniqueID)\r\n"
    }

    private static func cdr(_ uniqueID: String, destination: String = "101") -> String {
        """
        Event: Cdr\r\nSource: 4165550000\r\nDestination: \(destination)\r\nDestinationContext: ext-local\r
        Channel: PJSIP/trunk-1\r\nStartTime: 2026-11-20 20:32:05\r\nEndTime: 2026-11-20 20:32:05\r\nDuration: 0\r
        BillableSeconds: 0\r\nDisposition: NO ANSWER\r\nUniqueID: \(uniqueID)\r\n
        """
    }

    /// Runs ingest until all that was delivered is stored.
    private func ingested(_ policy: RecordPolicy = RecordPolicy(), _ body: (Ingest) async throws -> Void) async throws {
        let ingest = Ingest(
            Ingest.Configuration(hostname: "pbx", zone: nil, policy: policy),
            deliveries: ring,
            spool: spool,
            metrics: metrics,
            log: Logger("ingest", sink: LogSink { _ in })
        ) { _ in }
        let running = Task { try await ingest.run() }
        try await body(ingest)
        ring.finish()
        running.cancel()
        _ = await running.result
    }

    private func stored() async throws -> [JSONValue] {
        let batch = try await spool.freeze(count: 100, bytes: 1 << 20, avoiding: [], key: "all")
        return try (batch?.records ?? []).map { try JSONParser.parse($0.body[...]) }
    }

    @Test func `a CDR that overtook the begin of its channel waits for it, and what follows keeps its place`()
        async throws
    {
        try await ingested { _ in
            deliver(Self.newChannel("1795224725.1"))
            deliver(Self.cdr("1795224725.2"))
            deliver(Self.cdr("1795224725.1"))
            deliver(Self.newChannel("1795224725.2", context: "from-pstn"))
        }
        let records = try await stored()
        #expect(records.map { $0["uniqueid"]?.string } == ["1795224725.2", "1795224725.1"])
        #expect(records.map { $0["context"]?.string } == ["from-pstn", "from-trunk"])
    }

    @Test func `a CDR whose channel's begin never comes is stored without a context`() async throws {
        try await ingested { _ in
            deliver(Self.newChannel("1795224725.1"))
            deliver(Self.cdr("1795224725.2"))
            try await eventually("it was stored") { await spool.waiting == 1 }
        }
        #expect(try await stored().map { $0["context"] } == [nil])
    }

    @Test func `what a filter leaves out is counted and in the counts, and nowhere else`() async throws {
        try await ingested { _ in
            deliver(Self.cdr("1795224725.1", destination: "h"), Self.cdr("1795224725.2"))
        }
        #expect(await spool.counts[.cdr] == RecordCounts(received: 2, waiting: 1, filtered: 1))
        let text = String(decoding: registry.render(), as: UTF8.self)
        #expect(text.contains("asterisk_cdr_filtered_total{reason=\"excluded_destination\"} 1"))
    }

    @Test func `metrics count directions and number types of CDRs, and those without a context`()
        async throws
    {
        try await ingested { _ in
            deliver(Self.newChannel("1795224725.1"), Self.cdr("1795224725.1"))
            deliver(Self.cdr("1795224725.2", destination: "s"))
            deliver(Self.cdr("1795224725.3", destination: "h"))
        }
        let text = String(decoding: registry.render(), as: UTF8.self)
        for line in [
            "cdr_directions_total{direction=\"inbound\"} 1", "cdr_directions_total{direction=\"outbound\"} 1",
            "cdr_numbers_total{side=\"src\",type=\"long_distance\"} 2",
            "cdr_numbers_total{side=\"dst\",type=\"extension\"} 1",
            "cdr_numbers_total{side=\"dst\",type=\"unknown\"} 1", "cdrs_without_context_total 1",
        ] { #expect(text.contains("asterisk_connector_\(line)\n"), "\(line)") }
    }

    @Test func `other rules count from the next delivery on`() async throws {
        var policy = RecordPolicy()
        policy.filters.isEnabled = false
        try await ingested(policy) { ingest in
            deliver(Self.cdr("1795224725.1", destination: "h"))
            try await eventually("it was stored") { await spool.waiting == 1 }
            ingest.adopt(RecordPolicy())
            deliver(Self.cdr("1795224725.2", destination: "h"))
        }
        #expect(await spool.counts[.cdr] == RecordCounts(received: 2, waiting: 1, filtered: 1))
    }

    @Test func `a reload takes over what is asked first of a direction`() async throws {
        let ringGroup = { (uniqueID: String) in
            Self.cdr(uniqueID, destination: "600").replacing("ext-local", with: "ext-group")
        }
        func policy(_ priority: String) -> RecordPolicy {
            let variables = ["ASTERISK_DIRECTION_PRIORITY": priority, "CDR_FILTER_ENABLED": "false"]
            var loader = SettingsLoader(SettingSources(environment: variables), known: [])
            return loader.load(ReportingFeature.self).policy
        }
        try await ingested(policy("origin")) { ingest in
            deliver(Self.newChannel("1795224725.1"), Self.newChannel("1795224725.2"), ringGroup("1795224725.1"))
            try await eventually("it was stored") { await spool.waiting == 1 }
            ingest.adopt(policy("dcontext"))
            deliver(ringGroup("1795224725.2"))
        }
        #expect(try await stored().map { $0["direction"]?.string } == ["inbound", "internal"])
    }

    @Test func `what is known of a channel survives a restart`() async throws {
        try await ingested { _ in deliver(Self.newChannel("1795224725.1")) }
        let next = EventRing(capacity: 1 << 20)
        let ingest = Ingest(
            Ingest.Configuration(hostname: "pbx", zone: nil),
            deliveries: next,
            spool: spool,
            metrics: metrics,
            log: Logger("ingest", sink: LogSink { _ in })
        ) { _ in }
        let running = Task { try await ingest.run() }
        var batch = EventBatch(receivedAt: .now())
        batch.append(Array(Self.cdr("1795224725.1").utf8)[...])
        _ = next.append(batch)
        try await eventually("it was stored") { await spool.waiting == 1 }
        running.cancel()
        next.finish()
        #expect(try await stored().map { $0["context"]?.string } == ["from-trunk"])
    }
}
