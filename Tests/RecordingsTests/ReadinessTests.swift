import Basics
import CallRecords
import TestSupport
import Testing

@testable import Recordings

struct ReadinessTests {
    private let now = Timestamp(seconds: 1_795_224_725)

    private func stamp(age seconds: Int, size: Int = 16044, inode: Int = 7) -> FileStamp {
        FileStamp(device: 1, inode: inode, size: size, modified: (now.seconds - seconds) * 1_000_000_000)
    }

    @Test(arguments: [
        ("a.wav", nil), ("A.WAV", nil), ("a.b.gsm", nil), ("a.txt", SkipReason.extension), ("wav", .extension),
        (".wav", .extension), ("a.wav.tmp", .extension), ("", .extension), ("a.", .extension),
    ])
    func `the extension counts without case`(name: String, objection: SkipReason?) {
        #expect(ReadinessRules().objection(toName: Array(name.utf8)[...]) == objection)
    }

    @Test func `patterns are parts of the name, and exclusion wins`() {
        let rules = ReadinessRules(includes: ["in-", "out-"], excludes: ["test"])
        func objection(_ name: String) -> SkipReason? { rules.objection(toName: Array(name.utf8)[...]) }
        #expect(objection("in-1.wav") == nil)
        #expect(objection("x-out-1.wav") == nil)
        #expect(objection("internal.wav") == .notIncluded)
        #expect(objection("in-test.wav") == .excluded)
    }

    @Test func `ages and sizes have limits, each of them allowed`() {
        let rules = ReadinessRules()
        func objection(_ age: Int, _ size: Int = 16044) -> SkipReason? {
            rules.objection(to: stamp(age: age, size: size), format: .wav, at: now)
        }
        #expect(objection(119) == .tooYoung)
        #expect(objection(120) == nil)
        #expect(objection(86400) == nil)
        #expect(objection(86401) == .tooOld)
        #expect(objection(-5000) == .tooYoung, "the clock of the file server is ahead")
        #expect(objection(200, 1023) == .tooSmall)
        #expect(objection(200, 1024) == nil)
        #expect(objection(200, 4 << 30) == nil)
        #expect(objection(200, 4 << 30 + 1) == .tooLarge)
        #expect(objection(200, .max) == .tooLarge)
        #expect(objection(200, 44) == .empty)
        #expect(rules.objection(to: stamp(age: 200, size: 44), format: .gsm, at: now) == .tooSmall)
    }

    @Test func `a file must be unchanged in two scans`() {
        let rules = ReadinessRules()
        let now = now
        func objection(after earlier: FileStamp?) -> SkipReason? {
            rules.objection(to: stamp(age: 200), after: earlier, format: .gsm, head: [], at: now)
        }
        #expect(objection(after: nil) == .unsettled)
        #expect(objection(after: stamp(age: 200, size: 16000)) == .unsettled)
        #expect(objection(after: stamp(age: 201)) == .unsettled)
        #expect(objection(after: stamp(age: 200, inode: 8)) == .unsettled)
        #expect(objection(after: stamp(age: 200)) == nil)
    }

    @Test func `a header without sizes holds a file back for ten minutes of quiet`() {
        let rules = ReadinessRules()
        func objection(age: Int, header: [UInt8], size: Int = 16044) -> SkipReason? {
            let stamp = stamp(age: age, size: size)
            return rules.objection(to: stamp, after: stamp, format: .wav, head: header[...], at: now)
        }
        #expect(objection(age: 599, header: AudioSample.wav(data: 0)) == .stillOpen)
        #expect(objection(age: 600, header: AudioSample.wav(data: 0)) == nil)
        #expect(objection(age: 200, header: AudioSample.wav(data: 16000)) == nil)
        #expect(objection(age: 200, header: AudioSample.wav49(data: 0), size: 60) == .empty)
        #expect(objection(age: 200, header: [1, 2, 3]) == nil, "whatever it is, it is not being written")
    }

    @Test func `too little audio is left alone`() {
        let rules = ReadinessRules(minimumDuration: .seconds(2))
        func objection(size: Int) -> SkipReason? {
            let stamp = stamp(age: 200, size: size)
            return rules.objection(to: stamp, after: stamp, format: .gsm, head: [], at: now)
        }
        #expect(objection(size: 3299) == .tooShort)
        #expect(objection(size: 3300) == nil)
    }

    @Test func `every reason says what to do, and whether to wait`() {
        for reason in SkipReason.allCases { #expect(!"\(reason.explanation)".isEmpty) }
        #expect(SkipReason.allCases.filter(\.isPassing) == [.tooYoung, .unsettled, .stillOpen, .unreadable])
    }
}
