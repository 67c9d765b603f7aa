import Basics
import Delivery
import HTTP
import Spool
import Testing

/// What becomes of records that the API refuses.
@Suite(.timeLimit(.minutes(5)))
struct RefusalTests {
    private let site: ShippingSite
    private var spool: RecordSpool { site.spool }

    init() throws { site = try ShippingSite() }

    /// Refuses each request with one of these records in it.
    private func refusing(_ poison: Set<Int>, status: Int = 400) -> ScriptedReceiver {
        ScriptedReceiver {
            poison.isDisjoint(with: $0.numbers) ? ScriptedReceiver.accepted : ScriptedReceiver.refusal(status)
        }
    }

    private func deadNumbers() async throws -> [Int] {
        try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 1000) }.compactMap {
            try JSONParser.parse($0.record.body[...])["n"]?.integer
        }
    }

    /// Whether each key came with one body only.
    private func hasStableKeys(_ receiver: ScriptedReceiver) -> Bool {
        Dictionary(grouping: receiver.requests, by: \.key).values.allSatisfy { Set($0.map(\.plain)).count == 1 }
    }

    private func metric(_ line: String) -> Bool {
        String(decoding: site.registry.render(), as: UTF8.self).contains(line + "\n")
    }

    @Test(arguments: [400, 422], [0, 77, 199])
    func `one poison record in 200 costs 17 requests, one more for gzip, and 199 records are delivered`(
        status: Int,
        poison: Int
    ) async throws {
        let receiver = refusing([poison], status: status)
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<200).map { site.record($0, kind: $0 == 77 ? .cdr : .cel) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == (0..<200).filter { $0 != poison })
        // A 400 to gzip is first asked about plain.
        let confirmations = status == 400 ? 1 : 0
        #expect(receiver.requests.count <= 17 + confirmations)
        #expect(hasStableKeys(receiver))
        let dead = try #require(try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 10) }.first)
        #expect(dead.record.body == site.record(poison).body && dead.status == status)
        #expect(dead.reason == "not acceptable")
        #expect(try await deadNumbers() == [poison])
        #expect(spool.figures.isBalanced)
        #expect(metric("cdrs_failed_total \(poison == 77 ? 1 : 0)"))
        #expect(metric("asterisk_connector_dead_letters_total{kind=\"\(poison == 77 ? "cdr" : "cel")\"} 1"))
        #expect(metric("asterisk_connector_batches_split_total \((receiver.requests.count - 1 - confirmations) / 2)"))
        let line = try #require(site.logged.first { $0.contains("record_id=") })
        for part in ["WARNING", "kept as a dead letter", "kind=", "status=\(status)", "reason=\"not acceptable\""] {
            #expect(line.contains(part), "\(part)")
        }
    }

    @Test func `each dead letter has its own line`() async throws {
        let receiver = refusing([1, 4, 7])
        try await site.shipping(site.configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<9).map { site.record($0) }))
            await site.drained()
        }
        #expect(site.logged.count { $0.contains("record_id=") } == 3)
    }

    @Test func `when everything is refused it ends at 20 dead letters, and goes on by itself later`() async throws {
        let isHealthy = Lock(false)
        let receiver = ScriptedReceiver { _ in
            isHealthy.withLock { $0 } ? ScriptedReceiver.accepted : ScriptedReceiver.refusal(400)
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<200).map { site.record($0) }))
            await site.wait { shipper.report.isCircuitOpen }
            let before = receiver.requests.count
            await receiver.waitForRequests(before + 60)
            #expect(spool.figures.deadLetters == 20)
            #expect(receiver.requests.suffix(40).allSatisfy { $0.inFlight == 1 }, "one probe at a time")
            #expect(shipper.report.isPaused && shipper.report.lastError?.contains("not acceptable") == true)
            #expect(metric("asterisk_connector_api_braked 1"))
            isHealthy.withLock { $0 = true }
            await site.drained()
            await site.wait { !shipper.report.isPaused }
            #expect(!shipper.report.isCircuitOpen && shipper.report.lastSuccess != nil)
        }
        let dead = try await deadNumbers()
        #expect(dead.count == 20)
        #expect(Set(receiver.accepted).union(dead) == Set(0..<200) && receiver.accepted.count == 180)
        #expect(hasStableKeys(receiver))
        #expect(metric("asterisk_connector_api_braked 0"))
        #expect(site.logged.contains { $0.contains("ERROR") && $0.contains("records refused in a row") })
    }

    @Test func `poison at the head does not keep healthy records behind it from closing the circuit breaker`()
        async throws
    {
        let receiver = refusing(Set(0..<35))
        try await site.shipping(
            site.configuration {
                $0.batchSize = 1
                $0.concurrency = 1
            },
            to: receiver
        ) { shipper in
            shipper.appended(try await spool.append((0..<60).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == Array(35..<60))
        #expect(try await deadNumbers().sorted() == Array(0..<35))
    }

    @Test func `what waits with the circuit breaker open is not forgotten over a restart`() async throws {
        let refusing = ScriptedReceiver { _ in ScriptedReceiver.refusal(400) }
        try await site.shipping(site.configuration(), to: refusing) { shipper in
            shipper.appended(try await spool.append((0..<100).map { site.record($0) }))
            await site.wait { shipper.report.isCircuitOpen }
        }
        let receiver = ScriptedReceiver()
        try await site.shipping(site.configuration(), to: receiver) { _ in await site.drained() }
        #expect(receiver.accepted.sorted() + (try await deadNumbers()).sorted() != [])
        #expect(Set(receiver.accepted).union(try await deadNumbers()) == Set(0..<100))
        #expect(spool.figures.deadLetters == 20)
    }

    @Test func `a receiver that refuses everything gets 20 dead letters over any number of restarts`() async throws {
        let refusing = ScriptedReceiver { _ in ScriptedReceiver.refusal(422) }
        for run in 0..<6 {
            // The first runs end in the middle of it.
            try await site.shipping(site.configuration { $0.api = "a" }, to: refusing) { shipper in
                shipper.appended(try await spool.append((0..<50).map { site.record(run * 50 + $0) }))
                let target = min(20, (run + 1) * 8)
                await site.wait { spool.figures.deadLetters >= target }
                if run > 2 { await refusing.waitForRequests(refusing.requests.count + 20) }
            }
            #expect(spool.figures.deadLetters <= 20)
        }
        #expect(spool.figures.deadLetters == 20)
        let receiver = ScriptedReceiver()
        try await site.shipping(site.configuration { $0.api = "a" }, to: receiver) { _ in await site.drained() }
        #expect(receiver.accepted.count == 280)
        #expect(try await spool.learned(LearnedDelivery.records) == nil, "the success is kept, too")
    }

    @Test(arguments: ["", "{", "null", "{\"api\":1}", "\0\u{ff}"])
    func `garbage in the place of what was learned is as if nothing had been`(garbage: String) async throws {
        try await spool.keep(Array(garbage.utf8), asLearned: LearnedDelivery.records)
        let receiver = ScriptedReceiver()
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<5).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.count == 5)
    }

    @Test func `a size that was learned holds over a restart, and not for another API`() async throws {
        let receiver = ScriptedReceiver { request in
            request.plain.count > 40_000 ? ScriptedReceiver.refusal(413) : ScriptedReceiver.accepted
        }
        func deliver(_ api: String, from first: Int) async throws -> [Int] {
            let before = receiver.requests.count
            try await site.shipping(site.configuration { $0.api = api }, to: receiver) { shipper in
                let new = (first..<first + 100).map { site.record($0, size: 1000) }
                shipper.appended(try await spool.append(new))
                await site.drained()
            }
            return receiver.requests.dropFirst(before).map(\.plain.count).filter { $0 > 40_000 }
        }
        #expect(try await deliver("a", from: 0).count >= 1)
        #expect(try await deliver("a", from: 100).isEmpty)
        #expect(try await deliver("b", from: 200).count >= 1)
    }

    @Test func `an API that answers 400 to gzip gets everything plain, and no dead letter is made`() async throws {
        let receiver = ScriptedReceiver { request in
            request.isGzip ? ScriptedReceiver.refusal(400) : ScriptedReceiver.accepted
        }
        try await site.shipping(site.configuration { $0.concurrency = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<400).map { site.record($0, size: 100) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == Array(0..<400) && spool.figures.deadLetters == 0)
        #expect(receiver.requests.count { $0.isGzip } == 1, "gzip is off for the rest of the run")
        #expect(hasStableKeys(receiver))
    }

    private static let low = DeliveryOutcome.answered(
        status: 202,
        retryAfter: nil,
        body: Array(#"{"queued_count":0}"#.utf8)
    )

    @Test func `one batch with low counts is held back, and the calls of others go on`() async throws {
        let receiver = ScriptedReceiver { $0.numbers.contains(3) ? Self.low : ScriptedReceiver.accepted }
        try await site.shipping(site.configuration { $0.batchSize = 2 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<40).map { site.record($0, call: "call-\($0 / 2)") }))
            await site.wait { site.logged.contains { $0.contains("batch held back") } }
            // A record of its call comes later.
            shipper.appended(try await spool.append([site.record(100, call: "call-1"), site.record(101)]))
            await site.wait { await spool.waiting == 3 }
            await site.wait { shipper.report.heldBatches == 1 }
            #expect(!shipper.report.isPaused)
        }
        #expect(Set(Array(0..<40) + [101]).subtracting(receiver.requests.flatMap(\.numbers)).isEmpty)
        #expect(!receiver.requests.contains { $0.numbers.contains(100) }, "its call waits, in order")
        #expect(receiver.requests.count { $0.numbers.contains(3) } == 3)
        #expect(metric("asterisk_connector_api_suspect_answers_total{reason=\"low_count\"} 3"))
        let line = try #require(site.logged.first { $0.contains("batch held back") })
        #expect(line.contains("ERROR") && line.contains("API_ACK=status"))
        let healthy = ScriptedReceiver()
        try await site.shipping(site.configuration(), to: healthy) { _ in await site.drained() }
        #expect(healthy.accepted == [2, 3, 100])
    }

    @Test func `a restart does not make a low count acceptable`() async throws {
        let receiver = ScriptedReceiver { _ in Self.low }
        for run in 1...5 {
            try await site.shipping(site.configuration(), to: receiver) { shipper in
                if run == 1 { shipper.appended(try await spool.append([site.record(1)])) }
                await receiver.waitForRequests(run)
                await site.wait { shipper.report.heldBatches == 1 }
            }
        }
        #expect(await spool.waiting == 1)
    }

    @Test func `a batch that was cut off may have a low count afterwards`() async throws {
        let silent = ScriptedReceiver([.cancelled])
        try await site.shipping(site.configuration(), to: silent) { shipper in
            shipper.appended(try await spool.append([site.record(1)]))
            await silent.waitForRequests(1)
        }
        try await site.shipping(site.configuration(), to: ScriptedReceiver { _ in Self.low }) { _ in
            await site.drained()
        }
        #expect(metric("asterisk_connector_api_low_counts_accepted_total{reason=\"unanswered\"} 1"))
        #expect(site.logged.contains { $0.contains("WARNING") && $0.contains("an earlier try had no answer") })
    }

    @Test func `a call stays in order when its batch is split`() async throws {
        let receiver = refusing([5, 18])
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<30).map { site.record($0, call: "call-\($0 % 3)") }))
            await site.drained()
        }
        #expect(!receiver.hasOverlap, "a call is in one request at a time")
        for call in 0..<3 {
            let order = receiver.accepted.filter { $0 % 3 == call }
            #expect(order == order.sorted())
        }
        #expect(receiver.accepted.count == 28)
    }

    @Test func `what is too large is halved, and later requests are smaller`() async throws {
        let receiver = ScriptedReceiver { request in
            let plain = request.isGzip ? try? Gzip.decompress(request.body, limit: 1 << 24) : request.body
            return (plain?.count ?? .max) > 40_000 ? ScriptedReceiver.refusal(413) : ScriptedReceiver.accepted
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<100).map { site.record($0, size: 1000) }))
            await site.drained()
            let refused = receiver.requests.count - (receiver.requests.count + 1) / 2
            #expect(refused == 3, "one of 100 and two of 50 records")
            let before = receiver.requests.count
            shipper.appended(try await spool.append((100..<200).map { site.record($0, size: 1000) }))
            await site.drained()
            #expect(receiver.requests.dropFirst(before).allSatisfy { $0.numbers.count < 40 }, "it has learnt")
        }
        #expect(receiver.accepted.sorted() == Array(0..<200))
        #expect(spool.figures.deadLetters == 0)
    }

    @Test func `a single record that is too large is a dead letter`() async throws {
        let receiver = ScriptedReceiver {
            $0.numbers.contains(3) ? ScriptedReceiver.refusal(413) : ScriptedReceiver.accepted
        }
        try await site.shipping(site.configuration(), to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<8).map { site.record($0) }))
            await site.drained()
        }
        #expect(try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 9) }.map(\.status) == [413])
        #expect(receiver.accepted.count == 7)
    }

    @Test(arguments: [301, 401, 403, 404, 405, 407, 410, 421, 426, 451, 418, 203, 206, 207, 409, 501, 505, 507])
    func `no other answer makes a dead letter, however often it comes`(status: Int) async throws {
        let receiver = ScriptedReceiver([DeliveryOutcome](repeating: ScriptedReceiver.refusal(status), count: 50))
        try await site.shipping(site.configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<3).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == [0, 1, 2])
        #expect(spool.figures.deadLetters == 0)
        #expect(hasStableKeys(receiver))
    }

    @Test func `an expired certificate pauses as a wrong setting does, and makes no dead letter`() async throws {
        let receiver = ScriptedReceiver([DeliveryOutcome](repeating: .misconfigured("TLS failed: expired"), count: 50))
        try await site.shipping(site.configuration { $0.batchSize = 1 }, to: receiver) { shipper in
            shipper.appended(try await spool.append((0..<3).map { site.record($0) }))
            await site.drained()
        }
        #expect(receiver.accepted.sorted() == [0, 1, 2])
        #expect(spool.figures.deadLetters == 0)
        #expect(hasStableKeys(receiver))
    }
}
