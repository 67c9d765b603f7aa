import Basics
import Testing

@testable import Recordings

struct RecordingIDTests {
    private func id(_ path: String, _ call: KnownCall? = nil, number: Int = 1) -> RecordingID {
        let stamp = FileStamp(device: 1, inode: 1, size: 16044, modified: 5)
        return RecordingID(
            FoundFile(path: Array(path.utf8), rootLength: 2, stamp: stamp),
            call: call,
            number: number
        )
    }

    private func plain(_ name: String, _ uniqueID: String? = nil) -> String {
        id("/m/\(name)", uniqueID.map { KnownCall(uniqueID: Array($0.utf8)) }).plain[...].text
    }

    @Test func `the files of one call are distinguished by what follows the UniqueID in their names`() {
        #expect(plain("mikopbx-1782900420.19_a1b2c3.wav") == "1782900420.19_a1b2c3")
        #expect(plain("mikopbx-1782900420.19_in.wav") == "1782900420.19_in")
        #expect(plain("mikopbx-1782900420.19_out.wav", "mikopbx-1782900420.19") == "mikopbx-1782900420.19_out")
        #expect(plain("1782900420.19-in.wav") == "1782900420.19-in")
        #expect(plain("in-5510001-101-20260701-120500-1782900420.19.wav") == "1782900420.19")
        #expect(plain("1782900420.19") == "1782900420.19", "no extension")
    }

    @Test func `without a UniqueID the file's name takes its place`() {
        #expect(plain("meeting.wav") == "meeting.wav")
        #expect(plain("20260701-120500_4165551234_CAMP1_agent7-all.wav", "1782900420.19") == "1782900420.19")
        #expect(id("/m/meeting.wav").callStart == nil)
        #expect(id("/m/1782900420.19.wav").callStart == 1_782_900_420)
    }

    @Test func `marks come from the file's name, then from its path, then from its number`() {
        let (one, other) = (id("/m/in/1782900420.19.wav"), id("/m/out/1782900420.19.wav"))
        let digits = ASCII.hexadecimal(Array(Digest.sha256(Array("1782900420.19.wav".utf8)).prefix(4)))[...].text
        #expect(one.marked[0][...].text == "1782900420.19-\(digits)" && digits.count == 8)
        #expect(one.plain == other.plain && one.marked[0] == other.marked[0])
        #expect(one.marked[1] != other.marked[1])
        #expect(one.marked[2] != id("/m/in/1782900420.19.wav", number: 2).marked[2])
        #expect(one.marked[2].count == "1782900420.19-".utf8.count + 64)
    }

    @Test func `names that differ in bytes that are no text have marks of their own`() {
        func id(_ byte: UInt8) -> RecordingID {
            let stamp = FileStamp(device: 1, inode: 1, size: 1, modified: 0)
            return RecordingID(
                FoundFile(path: [0x2f, 0x6d, 0x2f, byte, 0x0a], rootLength: 2, stamp: stamp),
                call: nil,
                number: 1
            )
        }
        #expect(id(0xff).plain == Array("\u{fffd}\n".utf8))
        #expect(id(0xff).plain == id(0xfe).plain && id(0xff).marked[0] != id(0xfe).marked[0])
    }
}
