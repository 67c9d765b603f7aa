import AMI
import Basics
import Daemon
import HTTP
import Spool
import SpoolTestSupport
import TestSupport
import Testing

@testable import Delivery

/// The admin API as a value: requests in, JSON out.
struct AdminAPITests {
    private let directory = TemporaryDirectory()

    private func json(_ admin: AdminAPI, _ request: AdminRequest) async throws -> JSONValue {
        try JSONParser.parse(try await admin.answer(request)[...])
    }

    private func ids(_ value: JSONValue?) -> [Int] { value?.elements?.compactMap { $0["id"]?.integer } ?? [] }

    @Test func `spool status has the counts, and they balance`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        let status = try await json(AdminAPI(spool), .spoolStatus)
        #expect(status["path"]?.string == "\(directory.path)/spool.db")
        #expect(status["records"]?["cdr"]?["received"] == .integer(3))
        #expect(status["records"]?["cdr"]?["delivered"] == .integer(1))
        #expect(status["records"]?["cdr"]?["waiting"] == .integer(2))
        #expect(status["records"]?["cel"]?["dead"] == .integer(3))
        #expect(status["balanced"] == .boolean(true))
        #expect(status["gaps"] == .integer(2) && status["dead_letters"] == .integer(3))
        #expect(status["accepts"] == .string("all") && status["error"] == .null && status["generation"] == .integer(1))
        #expect(status["max_bytes"] == .integer(2 << 30) && status["in_flight"] == .integer(0))
        #expect(status["oldest"] == .string(SpoolHistory.start.adding(seconds: 4).description))
        for name in ["bytes", "used_bytes", "disk_free_bytes", "disk_bytes"] {
            #expect(try #require(status[name]?.integer) > 0, "\(name)")
        }
        let members = try #require(status["records"]?["cel"]?.members?.map(\.name))
        #expect(members == ["received", "delivered", "waiting", "dead", "dropped", "filtered", "refused", "lost"])
    }

    @Test func `dead letters come in pages, without bodies and without numbers of callers`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path, dead: 250)
        let admin = AdminAPI(spool)
        var (last, all) = (0, [Int]())
        while true {
            let bytes = try await admin.answer(.deadLetters(after: last, limit: 1_000_000))
            #expect(!bytes[...].text.contains(SpoolHistory.caller))
            let page = try JSONParser.parse(bytes[...])
            #expect(page["total"] == .integer(250))
            let found = ids(page["dead_letters"])
            guard let next = found.last else { break }
            #expect(found.count <= AdminRequest.largestPage)
            (last, all) = (next, all + found)
        }
        #expect(all == Array(2...251))
        let first = try await json(admin, .deadLetters(after: 0, limit: 1))["dead_letters"]?.elements?.first
        #expect(
            first?.members?.map(\.name)
                == ["id", "record_id", "kind", "status", "reason", "received_at", "died_at", "bytes"]
        )
        #expect(first?["record_id"] == .string(SpoolHistory.key(1)) && first?["kind"] == .string("cel"))
        #expect(first?["status"] == .integer(422) && first?["reason"] == .string("src +*******0199 is no extension"))
        #expect(first?["received_at"] == .string(SpoolHistory.start.adding(seconds: 1).description))
        #expect(first?["bytes"] == .integer(SpoolHistory.record(1).body.count))
    }

    @Test func `one dead letter has the API's words in full and its body byte for byte`() async throws {
        let admin = AdminAPI(try await SpoolHistory.make(in: directory.path))
        let bytes = try await admin.answer(.deadLetter(3))
        let body = SpoolHistory.record(2).body
        #expect(bytes[...].text.hasSuffix("\"body\":\(body[...].text)}"))
        #expect(try JSONParser.parse(bytes[...])["reason"]?.string == "src \(SpoolHistory.caller) is no extension")
        #expect(try await admin.answer(.deadLetterBody(3)) == body)
        for request in [AdminRequest.deadLetter(99), .deadLetterBody(99)] {
            let error = await #expect(throws: AdminError.self) { try await admin.answer(request) }
            #expect(error?.kind == .missing && error?.exitCode == .failure)
        }
    }

    @Test func `retry lets dead letters wait again, wakes the shipper, and names missing ones`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        let told = Counter()
        let admin = AdminAPI(spool) { told.add() }
        let answer = try await admin.answer(.retry([2, 99, 4]))
        #expect(answer[...].text == #"{"changed":2,"missing":[99]}"#)
        #expect(told.value == 1)
        #expect(
            try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 9) }.map(\.record.sequence) == [3]
        )
        #expect(spool.figures.counts[.cel]?.waiting == 2 && spool.figures.isBalanced)
    }

    @Test func `drop removes dead letters and counts them`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        let told = Counter()
        let answer = try await AdminAPI(spool) { told.add() }.answer(.drop([2, 2]))
        #expect(answer[...].text == #"{"changed":1,"missing":[2]}"#)
        #expect(told.value == 0)
        #expect(spool.figures.counts[.cel]?.dropped == 1 && spool.figures.isBalanced)
    }

    @Test func `gaps come in pages or the latest ones, with the records around them`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path, gaps: 130)
        let admin = AdminAPI(spool)
        #expect(ids(try await json(admin, .gaps(after: 0, limit: 500))["gaps"]) == Array(1...100))
        #expect(ids(try await json(admin, .gaps(after: 100, limit: 500))["gaps"]) == Array(101...130))
        let latest = try await json(admin, .latestGaps(2))
        #expect(ids(latest["gaps"]) == [129, 130] && latest["total"] == .integer(130))
        let gap = try #require(latest["gaps"]?.elements?.last)
        #expect(gap.members?.map(\.name) == ["id", "cause", "from", "to", "events", "before", "after", "count"])
        #expect(gap["cause"] == .string("disconnected") && gap["events"] == .integer(129))
        #expect(gap["before"] == .string(SpoolHistory.key(4)) && gap["after"] == .string(SpoolHistory.key(5)))
        try await spool.perform {
            try $0.declare(NewGap(cause: "overflow", from: SpoolHistory.start, to: SpoolHistory.start, events: 1))
        }
        let open = try await json(admin, .latestGaps(1))["gaps"]?.elements?.last
        #expect(open?["after"] == .null && open?["before"] == .string(SpoolHistory.key(5)))
    }

    @Test func `what a full spool refuses is one gap that grows, in the list, the figures and the counts`() async throws
    {
        let used = try await SpoolHistory.make(in: directory.path, gaps: 0)
        await used.close()
        var configuration = SpoolConfiguration(directory: directory.path)
        configuration.maxBytes = used.figures.usedBytes * 100 / 104
        let spool = try RecordSpool(configuration)
        #expect(spool.figures.level == .cdrsOnly)
        for number in 50..<53 { _ = try await spool.append([SpoolHistory.record(number)]) }
        _ = try await spool.append([SpoolHistory.record(60, .cdr)])
        #expect(spool.figures.gapsByCause == ["refused": 1])
        #expect(spool.figures.latestGaps.map(\.events) == [3])
        let admin = AdminAPI(spool)
        let gaps = try await json(admin, .latestGaps(9))["gaps"]?.elements
        #expect(gaps?.count == 1 && gaps?.first?["cause"] == .string("refused"))
        #expect(gaps?.first?["from"] == .string(SpoolHistory.start.adding(seconds: 50).description))
        #expect(gaps?.first?["to"] == .string(SpoolHistory.start.adding(seconds: 52).description))
        let status = try await json(admin, .spoolStatus)
        #expect(status["accepts"] == .string("cdrs_only") && status["balanced"] == .boolean(true))
        #expect(status["records"]?["cel"]?["refused"] == .integer(3) && status["gaps"] == .integer(1))
    }

    @Test func `metrics show the counts of the spool, also those of earlier runs`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        try await spool.perform {
            try $0.declare(NewGap(cause: "damaged", from: SpoolHistory.start, to: SpoolHistory.start, events: 1))
        }
        let registry = Registry()
        SpoolMetrics(registry).observe(spool)
        let text = String(decoding: registry.render(), as: UTF8.self)
        for line in [
            "dead_letters 3", "records_waiting{kind=\"cdr\"} 2", "records_refused_total{kind=\"cel\"} 0",
            "records_lost_total{kind=\"cdr\"} 0", "gaps_total{cause=\"damaged\"} 1", "gaps_total{cause=\"refused\"} 0",
            "gaps_total{cause=\"process_down\"} 0", "gaps_total{cause=\"disconnected\"} 2", "spool_level 0",
            "spool_generation 1", "spool_max_bytes 2147483648",
        ] { #expect(text.contains("asterisk_connector_\(line)\n"), "\(line)") }
        for name in ["gaps_total", "records_lost_total"] {
            #expect(text.split(separator: "\n").count { $0.hasPrefix("# TYPE asterisk_connector_\(name) ") } == 1)
        }
    }

    @Test func `the latest gaps and their causes are in the figures, and follow each change`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path, gaps: 7)
        #expect(spool.figures.gapsByCause == ["disconnected": 7] && spool.figures.gaps == 7)
        #expect(spool.figures.latestGaps.map(\.id) == [3, 4, 5, 6, 7])
        try await spool.perform {
            try $0.declare(NewGap(cause: "overflow", from: SpoolHistory.start, to: SpoolHistory.start, events: 1))
        }
        #expect(spool.figures.latestGaps.map(\.id) == [4, 5, 6, 7, 8])
        #expect(spool.figures.latestGaps.last?.after == nil)
        _ = try await spool.append([SpoolHistory.record(77)])
        #expect(spool.figures.latestGaps.last?.after == SpoolHistory.record(77).id)
        await spool.close()
        let again = try RecordSpool(SpoolConfiguration(directory: directory.path))
        #expect(again.figures.gapsByCause == ["disconnected": 7, "overflow": 1])
        #expect(again.figures.latestGaps.map(\.id) == [4, 5, 6, 7, 8])
    }
}
