import Basics
import TestSupport
import Testing

@testable import CallerID

@Suite struct JournalTests {
    private let directory = TemporaryDirectory()

    private static func events(_ count: Int) throws -> [SelectionEvent] {
        try (0..<count).map { index in
            let number = try #require(Digits("\(2_125_550_000 + index)"))
            guard index % 3 > 0 else {
                return .released(.init(number: number, time: Int64(index), wasUnused: index % 2 == 0))
            }
            return .used(
                .init(
                    number: number,
                    time: EngineTime.latest - Int64(index),
                    reservedUntil: Int64(index) * 1_000_000,
                    agent: "agent \(index)",
                    campaign: String(repeating: "ü", count: index % 50),
                    destination: "13105559876",
                    holder: "r\(index)",
                    isRepeatable: index % 2 == 0
                )
            )
        }
    }

    @Test func `an event is read back as it was, and no cut of it is one`() throws {
        for event in try Self.events(40) {
            var bytes: [UInt8] = []
            event.append(to: &bytes)
            #expect(SelectionEvent(bytes[...]) == event)
            for cut in 0..<bytes.count { #expect(SelectionEvent(bytes[..<cut]) == nil) }
            #expect(SelectionEvent((bytes + [0])[...]) == nil)
        }
    }

    @Test func `times that no clock shows are no event, and stop nothing`() throws {
        for time in [Int64.min, -1, EngineTime.latest + 1, .max] {
            var bytes: [UInt8] = []
            let number = try #require(Digits("2125550001"))
            SelectionEvent.released(.init(number: number, time: time, wasUnused: true)).append(to: &bytes)
            #expect(SelectionEvent(bytes[...]) == nil)
            var state = SelectionState(SelectionPolicy(), at: Timestamp(microseconds: time))
            state.store(CallerNumber(id: 1, digits: number))
            let request = SelectionRequest(
                destination: try #require(Destination("2125559876")),
                campaign: "c",
                agent: "a"
            )
            guard case .granted = state.select(request, at: time).0 else {
                Issue.record("nothing granted at \(time)")
                continue
            }
        }
    }

    @Test func `random bytes are no event, and stop nothing`() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<20_000 {
            let bytes = (0..<random.pick(0...60)).map { _ in UInt8(random.pick(0...255)) % 16 }
            _ = SelectionEvent(bytes[...])
        }
    }

    @Test func `a file cut anywhere has the events before the cut, and one flipped bit ends it there`() throws {
        let path = directory.file("j")
        let file = try JournalFile(path: path, capacity: 1 << 14)
        try file.begin(7)
        let events = try Self.events(6)
        var ends: [Int] = []
        for event in events {
            try file.append(event)
            ends.append(file.end)
        }
        let whole = try FileContents.read(path)
        #expect(try JournalFile.read(path)?.events.map(\.1) == events)
        for cut in 0...file.end {
            try FileContents.write(Array(whole[..<cut]), to: path)
            let content = try JournalFile.read(path)
            #expect(content?.events.count ?? 0 == ends.count { $0 <= cut })
            guard cut > JournalFile.headerSize, cut < file.end else { continue }
            var damaged = whole
            damaged[cut] ^= 1
            try FileContents.write(damaged, to: path)
            #expect(try JournalFile.read(path)?.events.count == ends.count { $0 <= cut })
        }
    }

    @Test func `events of an earlier generation in the same file do not count`() throws {
        let path = directory.file("j")
        let file = try JournalFile(path: path, capacity: 1 << 14)
        let events = try Self.events(12)
        try file.begin(1)
        for event in events { try file.append(event) }
        try file.begin(2)
        try file.append(events[0])
        let content = try #require(try JournalFile.read(path))
        #expect(content.generation == 2)
        #expect(content.events.map(\.1) == [events[0]])
    }

    @Test func `recovery returns what is behind the position of the store, over both files`() throws {
        var journal = try GrantJournal(directory: directory.path, generation: 5, capacity: 4096)
        let events = try Self.events(120)
        var positions: [GrantJournal.Position] = []
        var stored = journal.end
        for (index, event) in events.enumerated() {
            positions.append(journal.end)
            try journal.append(event)
            guard index % 7 == 6 else { continue }
            stored = journal.end
            try journal.turnIfDue(stored: stored)
        }
        #expect(journal.end.generation > 6)
        for (index, position) in positions.enumerated() where position.generation >= journal.end.generation - 1 {
            let found = try GrantJournal.recover(directory.path, from: position)
            #expect(found.events == Array(events[index...]), "from \(position)")
            #expect(found.next == journal.end.generation + 1)
        }
        #expect(try GrantJournal.recover(directory.path, from: .init(generation: 99, offset: 0)).events == [])
    }

    @Test func `a journal that the store does not take over stays in one file, however long it gets`() throws {
        var journal = try GrantJournal(directory: directory.path, generation: 1, capacity: 4096)
        let events = try Self.events(200)
        for event in events {
            try journal.append(event)
            try journal.turnIfDue(stored: .init(generation: 0, offset: 0))
        }
        #expect(journal.end.generation == 1)
        #expect(try GrantJournal.recover(directory.path, from: .init()).events == events)
    }
}
