import TestSupport
import Testing

/// The memory of the second executable, which a mail of any size must not raise.
@Suite(.enabled(if: !Subprocess.isSanitized, "a sanitizer has memory of its own"))
struct VoicemailMemoryTests {
    private let directory = TemporaryDirectory()

    /// Writes a mail with so many MiB of audio, and prints the peak of `voicemail preview` with it, in KiB.
    private static let script = """
        import resource, subprocess, sys
        mail, path, mebibytes, binary = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
        head, tail = open(mail, "rb").read().split(b"\\n\\n1B", 1)
        with open(path, "wb") as file:
            file.write(head + b"\\n\\n")
            for _ in range(mebibytes): file.write((b"A" * 72 + b"\\n") * 14364)
            file.write(b"1B" + tail)
        with open(path + ".new", "wb") as new:
            subprocess.run([binary, "voicemail", "preview", "--eml", path], stdout=new, check=True)
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, open(path + ".new", "rb").seek(0, 2))
        """

    private func peak(mebibytes: Int) async throws -> (kibibytes: Int, size: Int) {
        let process = try Subprocess(arguments: [
            "/usr/bin/python3", "-c", Self.script, VoicemailSite.path("gsm"), directory.file("mail"), "\(mebibytes)",
            Subprocess.connectorPath,
        ])
        #expect(try await process.exitStatus() == .exited(0), "\(process.text(of: .errors))")
        let figures = process.text(of: .output).split { $0.isWhitespace }.compactMap { Int($0) }
        try #require(figures.count == 2)
        return (figures[0], figures[1])
    }

    @Test func `a mail of 60 MiB takes the memory of a small one`() async throws {
        let small = try await peak(mebibytes: 0)
        let large = try await peak(mebibytes: 60)
        #expect(large.size > 60 << 20)
        #expect(large.kibibytes - small.kibibytes < 2048, "\(large.kibibytes) and \(small.kibibytes) KiB")
    }
}
