import Basics
import TestSupport
import Testing

@testable import CallerID

@Suite struct EmbeddedEngineTests {
    private let directory = TemporaryDirectory()
    private let log = LogLines()

    private func engine(_ change: (inout EmbeddedEngine.Configuration) -> Void = { _ in }) throws -> EmbeddedEngine {
        var configuration = EmbeddedEngine.Configuration(directory: directory.file("c"), policy: SelectionPolicy())
        configuration.interval = .zero
        change(&configuration)
        return try EmbeddedEngine(configuration, log: Logger("callerid", sink: log.sink))
    }

    private func record(_ id: Int) throws -> NumberRecord {
        var record = NumberRecord(number: try #require(Digits("\(2_125_550_000 + id)")))
        record.areaCode = try #require(Digits("212"))
        return record
    }

    private func request(_ agent: String = "a", id: String = "") throws -> SelectionRequest {
        SelectionRequest(
            destination: try #require(Destination("2125559876")),
            campaign: "sales",
            agent: agent,
            holder: id,
            isRepeatable: !id.isEmpty
        )
    }

    private func granted(_ selection: Selection) -> Digits? {
        if case .granted(let grant) = selection { grant.number } else { nil }
    }

    @Test func `reservations, counts and request ids survive a process that ends without a word`() async throws {
        var answers: [Digits] = []
        do {
            let engine = try engine()
            for id in 1...5 { _ = try await engine.add(try record(id)) }
            for id in 1...3 { answers.append(try #require(granted(engine.select(try request(id: "r\(id)"))))) }
            #expect(engine.release(answers[1], holder: "r2", wasUnused: true))
        }
        let engine = try engine()
        #expect(engine.reservation(of: answers[0])?.agent == "a")
        #expect(engine.reservation(of: answers[1]) == nil)
        #expect(engine.use(of: answers[0])?.hourCount == 1)
        #expect(engine.use(of: answers[1])?.hourCount == 0)
        #expect(granted(engine.select(try request(id: "r3"))) == answers[2])
        #expect(engine.figures.selection.reservations == 2)
        #expect(log.lines.contains { $0.contains("recovered from the journal") })
    }

    @Test func `changes in the store are not counted again from the journal`() async throws {
        let number: Digits
        do {
            let engine = try engine()
            _ = try await engine.add(try record(1))
            number = try #require(granted(engine.select(try request(id: "r"))))
            await engine.checkpoint()
            #expect(engine.release(number, holder: nil))
            #expect(granted(engine.select(try request())) == number)
        }
        for _ in 0..<2 {
            let engine = try engine()
            #expect(engine.use(of: number)?.hourCount == 2)
            #expect(engine.reservation(of: number)?.holder == "")
        }
    }

    @Test func `a second process gets a clear error`() throws {
        let engine = try engine()
        #expect(throws: CallerIDStoreError.locked(directory: directory.file("c"))) { _ = try self.engine() }
        _ = engine.figures
    }

    @Test func `the history has a row for each request, and drops what finds no room`() async throws {
        let engine = try engine { $0.auditLimit = 3 }
        _ = try await engine.add(try record(1))
        for index in 0..<5 {
            var row = AuditRow(time: Int64(index) * 1_000_000, endpoint: "/next-cid", method: "GET", status: 200)
            row.number = "2125550001"
            row.reservedUntil = index == 0 ? 300_000_000 : 0
            engine.audit(row)
        }
        #expect(engine.figures.droppedRows == 2)
        await engine.checkpoint()
        #expect(engine.figures.storeError == nil)
    }

    @Test func `a number that is there already, or is not there, is a clear error`() async throws {
        let engine = try engine()
        let stored = try await engine.add(try record(1))
        #expect(stored.id == 1)
        await #expect(throws: CallerIDStoreError.exists(stored.number)) { _ = try await engine.add(try record(1)) }
        await #expect(throws: CallerIDStoreError.unknown(try record(2).number)) {
            try await engine.remove(try record(2).number)
        }
        var changed = stored
        changed.isActive = false
        #expect(try await engine.change(changed).isActive == false)
        #expect(engine.select(try request()) == .unavailable(.inactive, retryAfter: 3600))
        _ = try await engine.change(stored)
        #expect(granted(engine.select(try request())) == stored.number)
        #expect(try await engine.numbers().map(\.number) == [stored.number])
        try await engine.remove(stored.number)
        #expect(engine.select(try request()) == .unavailable(.empty, retryAfter: 3600))
    }

    @Test func `a clock that goes back opens no quota, and reservations still end in time`() async throws {
        let reading = SharedReading()
        do {
            let engine = try engine { configuration in
                configuration.clock = { reading.value }
                configuration.policy.hourlyLimit = 2
            }
            let number = try await engine.add(try record(1)).number
            #expect(granted(engine.select(try request())) == number)
            // An hour back, and then the 300 s of the reservation.
            reading.move(time: -3600, steady: 1)
            #expect(engine.select(try request()) == .unavailable(.reserved, retryAfter: 299))
            reading.move(time: 299, steady: 299)
            #expect(granted(engine.select(try request())) == number)
            reading.move(time: 300, steady: 300)
            guard case .unavailable(.quota, _) = engine.select(try request()) else {
                Issue.record("the limit of the hour began again")
                return
            }
        }
        // The next process starts with the clock behind, and its time goes on too.
        reading.move(time: 0, steady: -10_000)
        let engine = try engine { configuration in
            configuration.clock = { reading.value }
            configuration.policy.hourlyLimit = 5
        }
        guard case .unavailable(.reserved, let wait) = engine.select(try request()) else {
            Issue.record("the reservation is gone")
            return
        }
        reading.move(time: wait, steady: wait)
        #expect(granted(engine.select(try request())) != nil)
    }

    @Test func `many threads never get the same number at a time`() async throws {
        let engine = try engine { $0.policy.requestsPerMinute = 0 }
        for id in 1...400 { _ = try await engine.add(try record(id)) }
        let numbers = try await withThrowingTaskGroup(of: [Digits].self) { group in
            for worker in 0..<8 {
                group.addTask {
                    try (0..<60).compactMap { _ in granted(engine.select(try request("a\(worker)"))) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.count == 400)
        #expect(Set(numbers).count == 400)
    }

    @Test func `the service stores what it has, also when it stops`() async throws {
        let engine = try engine()
        _ = try await engine.add(try record(1))
        let number = try #require(granted(engine.select(try request())))
        let running = Task { try await engine.run() }
        running.cancel()
        _ = await running.result
        let position = try #require(try? GrantJournal.recover(directory.file("c"), from: .init()))
        #expect(position.events.count == 1)
        #expect(engine.use(of: number)?.hourCount == 1)
        #expect(engine.figures.storeError == nil)
    }
}

/// Both clocks of a system, moved by a test.
private final class SharedReading: Sendable {
    private let reading = Lock(SteadyClock.Reading(time: 1_795_900_000_000_000, steady: 0))

    var value: SteadyClock.Reading { reading.withLock { $0 } }

    /// Moves them by seconds.
    func move(time: Int, steady: Int) {
        reading.withLock { reading in
            reading.time += Int64(time) * 1_000_000
            reading.steady += Int64(steady) * 1_000_000
        }
    }
}
