import Basics
import Testing

@testable import CallerID

@Suite("The set of numbers that a sync makes")
struct NumberSetTests {
    private func record(_ number: String, _ trunks: String..., off: [String] = []) throws -> NumberRecord {
        var record = NumberRecord(number: try #require(Digits(number)))
        record.places = trunks.map { TrunkPlace(trunk: $0) }
        record.withdrawnTrunks = off
        return record
    }

    private func text(_ records: [NumberRecord]) -> [String] {
        records.map { record in
            "\(record.number)" + record.places.map { " \($0.trunk)" }.joined()
                + record.withdrawnTrunks.map { " -\($0)" }.joined()
        }
    }

    @Test("A timed sync leaves trunks that are out of service as they are, and takes the rest over")
    func timed() throws {
        let stored = [
            try record("1000000001", "A", off: ["A"]), try record("1000000002", "A", "B", off: ["A"]),
            try record("1000000003", "B"), try record("1000000004"),
        ]
        let source = [
            try record("1000000002", "A", "C"), try record("1000000005", "A"), try record("1000000006", "B"),
            try record("1000000007"),
        ]
        #expect(
            text(NumberSet.synchronised(source, stored: stored))
                == ["1000000002 C A -A", "1000000006 B", "1000000007", "1000000001 A -A"]
        )
        #expect(NumberSet.synchronised(source, stored: [stored[3]]) == source)
    }

    @Test("A trunk that is named gets exactly the new numbers, and all others keep theirs")
    func named() throws {
        let stored = [
            try record("1000000001", "A", off: ["A"]), try record("1000000002", "A", "B", off: ["A", "B"]),
            try record("1000000003", "B"), try record("1000000004"),
        ]
        let source = [try record("1000000003", "A"), try record("1000000005", "A", "B"), try record("1000000006", "B")]
        #expect(
            text(NumberSet.replacing("A", with: source, stored: stored))
                == ["1000000002 B -B", "1000000003 B A", "1000000004", "1000000005 A"]
        )
    }

    @Test("A number taken out of service in its only trunk is shown nowhere, not even in rotation")
    func withdrawn() throws {
        let stored = [
            try record("1000000001", "A"), try record("1000000002", "A", "B"), try record("1000000003", "AB"),
        ]
        let changed = NumberSet.withdrawing("A", stored: stored)
        #expect(text(changed) == ["1000000001 A -A", "1000000002 A B -A"])
        #expect(changed.map(\.forSelection.isActive) == [false, true])
        #expect(changed[1].forSelection.places.map(\.trunk) == ["B"])
        #expect(NumberSet.withdrawing("A", stored: changed).isEmpty)
    }

    @Test("Changed rows keep the default of a trunk where the database does not say it")
    func defaults() throws {
        var old = try record("1000000001", "A")
        old.isDefault = true
        let new = try record("1000000001", "A")
        #expect(NumberSet.changed([new], stored: [old], hasDefaults: false)[0].isDefault)
        #expect(!NumberSet.changed([new], stored: [old], hasDefaults: true)[0].isDefault)
    }

    @Test("Further places are stored as text and read again; other texts are none")
    func text() throws {
        var record = try record("1000000001", "A", "B")
        record.otherPlaces[0].route = "9|,\"2"
        record.otherPlaces[0].isDefault = true
        #expect(NumberRecord.places(from: try #require(record.otherPlacesText)) == record.otherPlaces)
        #expect(NumberRecord.places(from: "x").isEmpty)
        #expect(try self.record("1000000001", "A").otherPlacesText == nil)
    }
}
