import Basics
import TestSupport
import Testing

@testable import Spool

/// Values that a damaged file of the spool or an unusual file system may contain.
struct HostileFileTests {
    @Test(arguments: [
        "0-9223372036854775807", "1-9223372036854775806", "9223372036854775807", "1-1048577",
        "1-1000000,2000000-3000000", "5,4", "1,1", "1-3,3", "-5-3", "99999999999999999999", "1-99999999999999999999",
    ])
    func `a batch of impossible numbers is refused, not counted`(text: String) { #expect(SequenceSet(text) == nil) }

    @Test(arguments: HostileInput.kinds)
    func `the members of a batch take no more than their text`(kind: HostileInput.Kind) {
        let text = kind.bytes(32 << 10).text
        if let members = SequenceSet(text) { #expect(members.description.utf8.count <= text.utf8.count) }
    }

    @Test func `a batch as large as any is read`() throws {
        #expect(try #require(SequenceSet("7-1048582")).count == SequenceSet.largest)
        #expect(try #require(SequenceSet("0,9223372036854775806")).count == 2)
    }

    @Test(arguments: [
        (UInt64.max, UInt64.max, Int.max), (.max, 1, .max), (1 << 62, 4, .max), (1 << 50, 4096, 1 << 62), (0, .max, 0),
    ])
    func `room of any number of blocks is counted`(blocks: UInt64, size: UInt64, bytes: Int) {
        #expect(DiskSpace.bytes(blocks, of: size) == bytes)
    }
}
