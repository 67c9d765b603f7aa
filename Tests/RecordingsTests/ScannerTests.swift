import Basics
import CallRecords
import Glibc
import TestSupport
import Testing

@testable import Recordings

struct ScannerTests {
    private let directory = TemporaryDirectory()
    private let rules = ReadinessRules(minimumBytes: 1, minimumAge: .zero)

    private func findings(_ roots: [String]? = nil, rules: ReadinessRules? = nil) -> [RecordingScanner.Finding] {
        var findings: [RecordingScanner.Finding] = []
        RecordingScanner(roots: roots ?? [directory.path], rules: rules ?? self.rules).scan(at: .now()) {
            findings.append($0)
            return true
        }
        return findings
    }

    private func candidates(_ roots: [String]? = nil) -> [FoundFile] {
        findings(roots).compactMap { if case .candidate(let file) = $0 { file } else { nil } }
    }

    private func write(_ name: String, _ text: String = "audio") throws {
        try FileContents.write(Array(text.utf8), to: directory.file(name))
    }

    @Test func `files in folders are found, with their stamps`() throws {
        for folder in ["2026", "2026/11", "2026/11/21"] { _ = try Directory.make(directory.file(folder)) }
        try write("a.wav")
        try write("2026/11/21/b.wav", "more audio")
        let found = candidates().sorted { $0.stamp.size < $1.stamp.size }
        #expect(found.map { $0.path[...].text } == [directory.file("a.wav"), directory.file("2026/11/21/b.wav")])
        #expect(found.map(\.stamp.size) == [5, 10])
        #expect(found.map { $0.name.text } == ["a.wav", "b.wav"])
        #expect(found.allSatisfy { $0.rootLength == directory.path.utf8.count })
        #expect(try RecordingFile(found[1]).stamp == found[1].stamp)
    }

    @Test func `uploaded files are not scanned again`() throws {
        _ = try Directory.make(directory.file(".processed"))
        try write(".processed/a.wav")
        #expect(findings().isEmpty)
    }

    @Test func `links, pipes and sockets are left alone`() throws {
        let elsewhere = TemporaryDirectory()
        try FileContents.write([1], to: elsewhere.file("secret.wav"))
        unsafe symlink(elsewhere.file("secret.wav"), directory.file("link.wav"))
        unsafe symlink(elsewhere.path, directory.file("folder"))
        unsafe mkfifo(directory.file("pipe.wav"), 0o600)
        let left = findings()
        #expect(left.count == 3)
        for finding in left {
            guard case .left(_, .notRegular) = finding else {
                Issue.record("\(finding)")
                continue
            }
        }
    }

    @Test func `a link or a pipe that takes the place of a file is not opened`() throws {
        let elsewhere = TemporaryDirectory()
        try FileContents.write([1], to: elsewhere.file("a.wav"))
        _ = try Directory.make(directory.file("day"))
        try write("day/a.wav")
        let file = try #require(candidates().first)
        func isRefused() -> Bool { (try? RecordingFile(file).stamp) == nil }
        #expect(!isRefused())
        Directory.remove(directory.file("day/a.wav"))
        unsafe symlink(elsewhere.file("a.wav"), directory.file("day/a.wav"))
        #expect(isRefused())
        Directory.remove(directory.file("day/a.wav"))
        unsafe mkfifo(directory.file("day/a.wav"), 0o600)
        #expect(isRefused())
        Directory.remove(directory.file("day"))
        unsafe symlink(elsewhere.path, directory.file("day"))
        #expect(isRefused())
    }

    @Test func `a watched folder may itself be a link, and may end in slashes`() throws {
        try write("a.wav")
        let other = TemporaryDirectory()
        unsafe symlink(directory.path, other.file("monitor"))
        let found = candidates(["\(other.file("monitor"))//"])
        #expect(found.map { $0.path[...].text } == [other.file("monitor/a.wav")])
        #expect(try RecordingFile(#require(found.first)).head() == Array("audio".utf8))
    }

    @Test func `names may hold any bytes`() throws {
        let names: [[UInt8]] = [
            Array("it's \"quoted\"\n.wav".utf8), [0xff, 0xfe, 0x80] + Array(".wav".utf8),
            [UInt8](repeating: 0x61, count: 251) + Array(".wav".utf8),
        ]
        for name in names {
            let path = (Array(directory.path.utf8) + [0x2f] + name).map(CChar.init(bitPattern:)) + [0]
            let number = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            try #require(number >= 0)
            #expect(unsafe Glibc.write(number, [1, 2, 3] as [UInt8], 3) == 3)
            close(number)
        }
        let found = candidates()
        #expect(Set(found.map { Array($0.name) }) == Set(names))
        for file in found { #expect(try RecordingFile(file).head() == [1, 2, 3]) }
    }

    @Test func `each file that is left has its reason`() throws {
        try write("a.txt")
        try write("b.wav", "")
        try write("c.wav")
        let reasons = findings().map { finding -> String in
            switch finding {
            case .candidate(let file): "\(file.name.text) candidate"
            case .left(let path, let reason): "\(path.suffix(5).text) \(reason)"
            case .unreadable(let failure): "\(failure)"
            }
        }
        #expect(reasons.sorted() == ["a.txt extension", "b.wav tooSmall", "c.wav candidate"])
    }

    @Test func `files of any size and age are candidates when only names are judged`() throws {
        try write("a.txt")
        try write("b.wav", "")
        try write("c.wav", String(repeating: "x", count: 44))
        unsafe mkfifo(directory.file("d.wav"), 0o600)
        let strict = ReadinessRules(minimumBytes: 1, minimumAge: .seconds(60))
        var names: [String] = []
        RecordingScanner(roots: [directory.path], rules: strict, judgesNamesOnly: true).scan(at: .now()) { finding in
            switch finding {
            case .candidate(let file): names.append(file.name.text)
            case .left(let path, let reason): names.append("\(path.suffix(5).text) \(reason)")
            case .unreadable(let failure): names.append("\(failure)")
            }
            return true
        }
        #expect(names.sorted() == ["a.txt extension", "b.wav", "c.wav", "d.wav notRegular"])
    }

    @Test(.enabled(if: geteuid() != 0)) func `an unreadable folder and file say whose they are`() throws {
        _ = try Directory.make(directory.file("closed"))
        try write("a.wav")
        unsafe chmod(directory.file("closed"), 0)
        unsafe chmod(directory.file("a.wav"), 0o200)
        defer { unsafe chmod(directory.file("closed"), 0o700) }
        let failures = findings().compactMap { if case .unreadable(let failure) = $0 { failure } else { nil } }
        #expect(failures.map(\.access?.mode) == [0])
        let file = try #require(candidates().first)
        #expect(throws: Unreadable.self) { _ = try RecordingFile(file).stamp }
    }

    @Test func `an unreadable file is reported with owner, mode and setting`() {
        var status = stat()
        (status.st_uid, status.st_gid, status.st_mode) = (1001, 1002, S_IFREG | 0o640)
        let path = Array("/m/a.wav".utf8)
        let error = SystemError("open", "/m/a.wav", code: EACCES)
        let text = Unreadable(path: path, error: error, status: status).description
        #expect(text.contains("1001:1002 with mode 0640"))
        #expect(text.contains("PUID=1001 and PGID=1002"))
        let broken = SystemError("read", "/m/a.wav", code: EIO)
        #expect(!Unreadable(path: path, error: broken, status: status).description.contains("PUID"))
    }

    @Test func `a missing folder is named, and the others are scanned`() throws {
        try write("a.wav")
        let all = findings([directory.file("missing"), directory.path])
        #expect(all.count == 2)
        guard case .unreadable(let failure) = all.first else {
            Issue.record("\(all)")
            return
        }
        #expect(failure.error.code == ENOENT)
        #expect(failure.access == nil)
    }

    @Test func `the caller can end the scan`() throws {
        for number in 0..<10 { try write("\(number).wav") }
        var visits = 0
        RecordingScanner(roots: [directory.path, directory.path], rules: rules).scan(at: .now()) { _ in
            visits += 1
            return visits < 3
        }
        #expect(visits == 3)
    }

    @Test func `folders in folders end somewhere`() throws {
        var path = directory.path
        for _ in 0..<40 { path = try Directory.make("\(path)/d") }
        #expect(findings().map { if case .left(_, .tooDeep) = $0 { true } else { false } } == [true])
    }

    @Test func `a file is measured in one read`() throws {
        let audio = AudioSample.wav(data: 1_600_000) + [UInt8](repeating: 7, count: 1_600_000)
        try FileContents.write(audio, to: directory.file("a.wav"))
        let file = try #require(candidates().first)
        let measure = try RecordingFile(file).measure(as: file.format) { false }
        #expect(measure == RecordingMeasure(sha256: Digest.sha256(audio), size: audio.count, duration: .seconds(100)))
        try FileContents.write(AudioSample.mp3(frames: 2000), to: directory.file("a.mp3"))
        let mp3 = try #require(candidates().first { $0.format == .mp3 })
        #expect(try RecordingFile(mp3).measure(as: .mp3) { false }?.duration == .milliseconds(52244))
        #expect(try RecordingFile(file).measure(as: file.format) { true } == nil)
    }
}
