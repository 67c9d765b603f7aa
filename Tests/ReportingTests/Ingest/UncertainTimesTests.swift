import AMI
import Basics
import CallRecords
import Delivery
import Reporting
import Spool
import TestSupport
import Testing

/// Times that are not certain: flagged, counted, warned of; and what makes them certain, kept over a restart.
struct UncertainTimesTests {
    private let directory = TemporaryDirectory()
    private let spool: RecordSpool
    private let registry = Registry()
    private let metrics: ReportingMetrics
    private let lines = LogLines()

    init() throws {
        spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        metrics = ReportingMetrics(registry, spool: SpoolMetrics(registry))
    }

    private static func cel(_ time: String, _ name: String, _ uniqueID: String, timestamp: String? = nil) -> String {
        "Event: CEL\r\n" + (timestamp.map { "Timestamp: \($0)\r\n" } ?? "")
            + "EventName: \(name)\r\nEventTime: 2026-07-01 \(time)\r\nUniqueID: \(uniqueID)\r\n"
    }

    /// Runs ingest over some events, each read by itself.
    private func ingest(_ events: [String], zone: String? = nil) async throws {
        let ring = EventRing(capacity: 1 << 20)
        let ingest = Ingest(
            Ingest.Configuration(hostname: "pbx", zone: try zone.map { try TimeZoneRules(named: $0) }),
            deliveries: ring,
            spool: spool,
            metrics: metrics,
            log: Logger("ingest", sink: lines.sink)
        ) { _ in }
        for event in events {
            var batch = EventBatch(receivedAt: Timestamp(seconds: 1_795_900_000))
            batch.append(Array(event.utf8)[...])
            #expect(ring.append(batch) == .accepted)
        }
        ring.finish()
        let running = Task { try await ingest.run() }
        running.cancel()
        _ = await running.result
    }

    private func sources() async throws -> [String?] {
        let batch = try await spool.freeze(count: 100, bytes: 1 << 20, avoiding: [], key: "\(spool.figures.waiting)")
        return try (batch?.records ?? []).map { try JSONParser.parse($0.body[...])["time_source"]?.string }
    }

    private func counted(_ source: String) -> String? {
        let name = #"asterisk_connector_uncertain_times_total{source="\#(source)"} "#
        let text = String(decoding: registry.render(), as: UTF8.self)
        return text.split(separator: "\n").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }

    @Test func `uncertain times are flagged and counted by what they rest on, with one warning`() async throws {
        #expect(["zone", "guess", "utc"].map(counted) == ["0", "0", "0"])
        try await ingest([
            Self.cel("06:00:00", "ANSWER", "chosen"), Self.cel("06:00:01", "ANSWER", "1782900000.1"),
            Self.cel("06:00:00", "CHAN_START", "1782900000.1"), Self.cel("06:15:00", "HANGUP", "1782900000.1"),
        ])
        #expect(try await sources() == ["utc", "guess", nil, "guess"])
        #expect(["zone", "guess", "utc"].map(counted) == ["0", "2", "1"])
        #expect(lines.lines.filter { $0.contains("times of records uncertain") }.count == 1)
    }

    @Test func `certain times that contradict PBX_TZ give one warning that names both`() async throws {
        let events = (0..<5).map {
            Self.cel("06:00:0\($0)", "ANSWER", "chosen", timestamp: "178290000\($0).5")
        }
        try await ingest(events, zone: "Asia/Kolkata")
        let warnings = lines.lines.filter { $0.contains("PBX_TZ ignored") }
        #expect(warnings.count == 1)
        for part in ["zone=Asia/Kolkata", "offset_of_zone=+05:30", "offset_of_pbx=-04:00"] {
            #expect(warnings.first?.contains(part) == true, "\(part) in \(warnings)")
        }
    }

    @Test func `where offsets were certain is known after a restart`() async throws {
        try await ingest([
            Self.cel("06:00:00", "ANSWER", "chosen", timestamp: "1782900000.5"),
            Self.cel("07:00:00", "ANSWER", "chosen", timestamp: "1782903600.5"),
        ])
        try await ingest([Self.cel("06:30:00", "HANGUP", "chosen")])
        #expect(try await sources() == [nil, nil, nil])
    }

    @Test func `garbage in their place is no obstacle`() async throws {
        try await spool.keep(Array("[[1,2".utf8), asLearned: "time_spans")
        try await ingest([Self.cel("06:30:00", "HANGUP", "chosen")])
        #expect(try await sources() == ["utc"])
    }

    @Test func `a warning comes once an hour, with all since the last one`() {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        var report = UncertainTimesReport()
        let start = ContinuousClock.now
        func news(after seconds: Int) -> Int? {
            _ = builder.record(
                of: AMIMessage(Array(Self.cel("06:00:00", "ANSWER", "chosen").utf8)[...]),
                receivedAt: Timestamp(seconds: 0)
            )
            return report.news(builder.uncertainTimes, at: start + .seconds(seconds))?.toWarnOf?[.utc]
        }
        #expect(news(after: 0) == 1)
        #expect([1, 60, 3599].map(news) == [nil, nil, nil])
        #expect(news(after: 3600) == 4)
        #expect(report.news(builder.uncertainTimes, at: start + .seconds(9000)) == nil)
    }
}
