import Basics
import Daemon
import Delivery
import HTTP
import Spool
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ShipperTests {
    private let site: ShippingSite
    private var spool: RecordSpool { site.spool }
    private var metrics: DeliveryMetrics { site.metrics }

    init() throws { site = try ShippingSite() }

    private func record(_ number: Int, call: String? = nil, kind: RecordKind = .cel) -> NewRecord {
        site.record(number, call: call, kind: kind)
    }

    private func configuration(_ change: (inout Shipper.Configuration) -> Void = { _ in }) -> Shipper.Configuration {
        site.configuration(change)
    }

    private func shipping<Result>(
        _ configuration: Shipper.Configuration,
        to receiver: ScriptedReceiver,
        _ body: (Shipper) async throws -> Result
    ) async throws -> Result {
        try await site.shipping(configuration, to: receiver, body)
    }

    private func drained() async { await site.drained() }

    @Test func `records go out in batches and leave the spool`() async throws {
        let receiver = ScriptedReceiver()
        try await shipping(configuration { $0.batchSize = 4 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<10).map { record($0, kind: $0 % 2 == 0 ? .cdr : .cel) }))
            await drained()
        }
        #expect(receiver.requests.flatMap(\.numbers).sorted() == Array(0..<10))
        #expect(receiver.requests.allSatisfy { $0.numbers.count <= 4 })
        #expect(receiver.requests.allSatisfy { $0.json["cdrs"] != nil && $0.json["cels"] != nil })
        #expect(Set(receiver.requests.map(\.key)).count == receiver.requests.count)
    }

    @Test func `a partial batch waits for its time, a full one does not`() async throws {
        let receiver = ScriptedReceiver()
        try await shipping(
            configuration {
                $0.batchSize = 3
                $0.longestWait = .seconds(3600)
            },
            to: receiver
        ) { shipper in
            shipper.appended(try await spool.append([record(1), record(2)]))
            shipper.appended(try await spool.append([record(3), record(4)]))
            await receiver.waitForRequests(1)
            while await spool.waiting > 1, !Task.isCancelled { await Task.yield() }
        }
        #expect(receiver.requests.map(\.numbers) == [[1, 2, 3]])
        #expect(await spool.waiting == 1)
    }

    @Test func `what fails is sent again with the same bytes and the same key`() async throws {
        let receiver = ScriptedReceiver([
            .failed("refused"), .answered(status: 503, retryAfter: nil, body: []),
            .answered(status: 200, retryAfter: nil, body: Array("<html>".utf8)),
            .answered(status: 401, retryAfter: nil, body: []),
        ])
        try await shipping(configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<5).map { record($0) }))
            await drained()
        }
        #expect(receiver.requests.count == 5)
        #expect(Set(receiver.requests.map(\.key)).count == 1)
        #expect(Set(receiver.requests.map(\.body)).count == 1)
    }

    @Test func `415 sends the same batch plain, and all later ones`() async throws {
        let receiver = ScriptedReceiver([.answered(status: 415, retryAfter: nil, body: [])])
        let long = String(repeating: "x", count: 3000)
        try await shipping(configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append([record(1, call: long)].map { padded($0, long) }))
            await drained()
            shipper.appended(try await spool.append([record(2, call: long)].map { padded($0, long) }))
            await drained()
        }
        #expect(receiver.requests.map(\.isGzip) == [true, false, false])
        #expect(receiver.requests[0].key == receiver.requests[1].key)
    }

    private func padded(_ record: NewRecord, _ text: String) -> NewRecord {
        NewRecord(
            id: record.id,
            kind: record.kind,
            call: record.call,
            channel: record.channel,
            receivedAt: record.receivedAt,
            body: Array("{\"x\":\"\(text)\"}".utf8)
        )
    }

    @Test func `a call's records stay in order while several requests are in flight`() async throws {
        let receiver = ScriptedReceiver()
        receiver.hold()
        try await shipping(
            configuration {
                $0.batchSize = 1
                $0.concurrency = 3
            },
            to: receiver
        ) { shipper in
            let calls = ["a", "a", "b", "a", "b", "c"]
            shipper.appended(try await spool.append(calls.enumerated().map { record($0.offset, call: $0.element) }))
            await receiver.waitForRequests(3)
            #expect(receiver.requests.flatMap(\.numbers).sorted() == [0, 2, 5], "one of each call")
            receiver.release()
            await drained()
        }
        let order = receiver.requests.flatMap(\.numbers)
        #expect(order.filter { [0, 1, 3].contains($0) } == [0, 1, 3])
        #expect(order.filter { [2, 4].contains($0) } == [2, 4])
        #expect(receiver.mostInFlight == 3)
    }

    @Test func `requests in flight stay within the limit`() async throws {
        let receiver = ScriptedReceiver()
        receiver.hold()
        try await shipping(
            configuration {
                $0.batchSize = 1
                $0.concurrency = 2
            },
            to: receiver
        ) { shipper in
            shipper.appended(try await spool.append((0..<20).map { record($0) }))
            await receiver.waitForRequests(2)
            receiver.release()
            await drained()
        }
        #expect(receiver.mostInFlight == 2)
        #expect(receiver.requests.count == 20)
    }

    @Test func `what was frozen before a restart goes out first, under its old key`() async throws {
        _ = try await spool.append((0..<4).map { record($0) })
        let frozen = try #require(try await spool.freeze(count: 2, bytes: 1000, avoiding: [], key: "old"))
        #expect(frozen.records.count == 2)
        let receiver = ScriptedReceiver()
        try await shipping(configuration { $0.concurrency = 1 }, to: receiver) { _ in await drained() }
        #expect(receiver.requests.first?.key == "old")
        #expect(receiver.requests.map(\.numbers) == [[0, 1], [2, 3]])
    }

    @Test func `a stop leaves what is in flight in the spool`() async throws {
        let receiver = ScriptedReceiver([.cancelled])
        try await shipping(configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append([record(1)]))
            await receiver.waitForRequests(1)
        }
        #expect(await spool.waiting == 1)
    }

    @Test func `counters say what was delivered`() async throws {
        let receiver = ScriptedReceiver([
            .failed("x"), .answered(status: 202, retryAfter: nil, body: Array(#"{"queued_count":1}"#.utf8)),
        ])
        try await shipping(configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append([record(1, kind: .cdr), record(2)]))
            await drained()
            while metrics.shortfall.value == 0, !Task.isCancelled { await Task.yield() }
        }
        let text = String(decoding: site.registry.render(), as: UTF8.self)
        for line in [
            "cdrs_sent_total 1", "asterisk_connector_api_retries_total 1",
            "asterisk_connector_records_unqueued_total 1",
            "asterisk_connector_records_delivered_total{kind=\"cel\"} 1",
            "asterisk_connector_api_paused{reason=\"transient\"} 0", "asterisk_connector_api_braked 0",
            "cdrs_failed_total 0",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
    }

    @Test func `a prompt makes the shipper take a turn, in the longest pause too`() async throws {
        let site = try ShippingSite()
        _ = try await site.spool.append([site.record(1)])
        let receiver = ScriptedReceiver { _ in .answered(status: 503, retryAfter: .seconds(3600), body: []) }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            try await eventually("it pauses") { shipper.report.isPaused }
            let turns = shipper.watched.sign().turns
            shipper.watched.prompt()
            try await eventually("it turned") { shipper.watched.sign().turns > turns }
            #expect(shipper.report.isPaused)
        }
    }
}
