import Basics
import Delivery
import Spool
import Testing

/// New records beside a backlog.
@Suite(.timeLimit(.minutes(5)))
struct BacklogTests {
    private let site: ShippingSite
    private var spool: RecordSpool { site.spool }

    init() throws { site = try ShippingSite() }

    /// The places in the order of delivery of what was sent: 200 old records of 50 calls, then new ones.
    private func delivered(concurrency: Int) async throws -> [Int: Int] {
        let receiver = ScriptedReceiver()
        receiver.hold()
        try await site.shipping(
            site.configuration {
                $0.batchSize = 5
                $0.concurrency = concurrency
            },
            to: receiver
        ) { shipper in
            shipper.appended(
                try await spool.append((0..<200).map { site.record($0, call: "old-\($0 % 50)", start: 1000 + $0 % 50) })
            )
            await receiver.waitForRequests(concurrency)
            shipper.appended(
                try await spool.append([
                    site.record(1000, call: "new", start: 2000), site.record(1001, call: "old-7", start: 1007),
                    site.record(1002, call: "new", start: 2000),
                ])
            )
            receiver.release()
            await site.drained()
        }
        #expect(!receiver.hasOverlap)
        let order = receiver.requests.flatMap(\.numbers)
        #expect(order.sorted() == Array(0..<200) + [1000, 1001, 1002])
        return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
    }

    @Test(arguments: [2, 4])
    func `calls that begin later overtake it, but no record overtakes its own call`(concurrency: Int) async throws {
        let place = try await delivered(concurrency: concurrency)
        let new = [place[1000] ?? .max, place[1002] ?? .max]
        #expect(new[0] < new[1])
        #expect(new[1] < 80, "200 were waiting when they came")
        #expect((place[157] ?? .max) < (place[1001] ?? .min), "the last one of its call that waited")
        for number in 0..<150 { #expect((place[number] ?? .max) < (place[number + 50] ?? .min)) }
    }

    @Test func `with one request at a time nothing overtakes`() async throws {
        let place = try await delivered(concurrency: 1)
        #expect((place[199] ?? .max) < (place[1000] ?? .min))
    }
}
