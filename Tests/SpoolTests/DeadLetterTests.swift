import Basics
import Spool
import TestSupport
import Testing

struct DeadLetterTests {
    private let site = SpoolSite()

    @Test func `a batch is split into two with keys of their own`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<5))
        let batch = try #require(try await spool.freeze(5))
        let halves = try await spool.split(batch, after: 2, keys: ("a", "b"))
        #expect(halves.map(\.idempotencyKey) == ["a", "b"])
        #expect(halves.map(SpoolSite.numbers) == [[0, 1], [2, 3, 4]])
        #expect(
            try await spool.perform { try $0.queue.frozenBatches() }.map(SpoolSite.numbers) == [[0, 1], [2, 3, 4]]
        )
        #expect(try await spool.split(batch, after: 2, keys: ("a", "b")).map(\.id) == halves.map(\.id), "asked again")
        try await spool.acknowledge(halves[0])
        try await spool.acknowledge(halves[0])
        #expect(await spool.counts[.cel] == RecordCounts(received: 5, delivered: 2, waiting: 3), "counted once")
    }

    @Test func `a dead letter keeps its body and why, over a restart`() async throws {
        do {
            let spool = try site.open()
            _ = try await spool.append(SpoolSite.records(0..<3))
            let batch = try #require(try await spool.freeze(1))
            for _ in 0..<2 { try await spool.moveToDeadLetters(batch, status: 400, reason: "no such tenant") }
        }
        let spool = try await site.reopen()
        let letters = try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 10) }
        #expect(letters.map { SpoolSite.number($0.record.id) } == [0])
        #expect(letters.first?.record.body == SpoolSite.record(0).body)
        #expect(letters.first?.status == 400)
        #expect(letters.first?.reason == "no such tenant")
        #expect(await spool.counts[.cel] == RecordCounts(received: 3, waiting: 2, dead: 1))
        #expect(spool.figures.deadLetters == 1)
        #expect(spool.figures.isBalanced)
    }

    @Test func `a dead letter is retried behind the rest, or dropped for good`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<3))
        try await spool.moveToDeadLetters(try #require(try await spool.freeze(2)), status: 422, reason: "")
        #expect(try await spool.perform { try $0.queue.retry(deadLetter: 1) })
        #expect(try await spool.perform { try $0.queue.retry(deadLetter: 1) } == false, "it is gone")
        #expect(try await spool.perform { try $0.queue.drop(deadLetter: 2) })
        #expect(try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 10) }.isEmpty)
        #expect(SpoolSite.numbers(try await spool.freeze(10)) == [2, 0])
        #expect(await spool.counts[.cel] == RecordCounts(received: 3, waiting: 2, dropped: 1))
        #expect(spool.figures.isBalanced)
    }

    @Test func `dead letters come in pages`() async throws {
        let spool = try site.open()
        _ = try await spool.append(SpoolSite.records(0..<5))
        try await spool.moveToDeadLetters(try #require(try await spool.freeze(5)), status: 400, reason: "")
        let first = try await spool.perform { try $0.queue.deadLetters.page(after: 0, limit: 2) }
        let second = try await spool.perform {
            try $0.queue.deadLetters.page(after: first.last?.record.sequence ?? 0, limit: 9)
        }
        #expect((first + second).map { SpoolSite.number($0.record.id) } == Array(0..<5))
    }
}
