import Basics
import Glibc
import TestSupport
import Testing

/// kill -9 at each system call that changes something, faults of the disk, and mails that end early.
@Suite(.timeLimit(.minutes(10)))
struct VoicemailKillTests {
    private let site: VoicemailSite
    private static let mail = VoicemailSite.path("gsm")

    init() throws { site = try VoicemailSite() }

    private func tracer(_ injection: String, _ calls: String) -> [String] {
        [
            "strace", "-f", "-qq", "-o", site.directory.file("trace"), "-e", "trace=\(calls),rename,unlink", "-e",
            "inject=\(injection)",
        ]
    }

    /// The system calls that change a file, start a process, or talk to another machine.
    static let calls = [
        "openat", "mkdir", "flock", "write", "fsync", "rename", "unlink", "execve", "connect", "sendto", "wait4",
        "memfd_create",
    ]

    @Test(
        .enabled(if: Machine.canBeTraced && !Subprocess.isSanitized, "no strace, or a sanitizer, which it disturbs"),
        arguments: calls
    )
    func `a kill at any call loses no mail that was kept`(call: String) async throws {
        var kills = 0
        // Every process has its own count: the Nth call of each is its last.
        for number in Self.numbers(of: call) {
            site.clear()
            let words = tracer("\(call):signal=KILL:when=\(number)", call)
            _ = try await site.start(["mail"], input: Self.mail, under: words).exitStatus()
            let trace = try FileContents.read(site.directory.file("trace"), limit: 1 << 26)[...].text
            if trace.contains("+++ killed by SIGKILL +++") { kills += 1 }
            let isKept = trace.split(separator: "\n").contains { $0.contains(".part\", ") && $0.hasSuffix(" = 0") }
            try await eventually("no process has the mail") { site.waiting.allSatisfy { isFree($0) } }
            // What a kill broke off before the mail was kept goes out too, as far as it was copied.
            let isWhole = site.waiting.allSatisfy { $0.hasSuffix(".eml") }
            #expect(try await site.flush() == .exited(0))
            #expect(site.waiting == [])
            guard isKept, isWhole else { continue }
            let results = try await site.results(of: Self.mail)
            #expect((1...2).contains(results.count), "\(call) \(number): \(results.count)")
        }
        #expect(kills > 0, "\(call) is never called")
    }

    /// The dynamic linker makes most calls of openat.
    private static func numbers(of call: String) -> [Int] {
        call == "openat" ? Array(stride(from: 4, through: 100, by: 4)) : Array(1...8)
    }

    private func isFree(_ name: String) -> Bool {
        let file = FileDescriptor(unsafe open("\(site.queue)/\(name)", O_RDONLY | O_CLOEXEC))
        return !file.isOpen || flock(file.number, LOCK_EX | LOCK_NB) == 0
    }

    @Test(
        .enabled(if: Machine.canBeTraced && !Subprocess.isSanitized, "no strace, or a sanitizer, which it disturbs"),
        arguments: [
            "write:error=ENOSPC", "fsync:error=EIO", "rename:error=EROFS", "mkdir:error=EACCES",
        ]
    )
    func `a disk in trouble costs the text, never the mail`(fault: String) async throws {
        // Without -f: only the first executable has it.
        let words = [
            "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(fault.prefix { $0 != ":" })", "-e", "inject=\(fault)",
        ]
        _ = try await site.start(["mail"], input: Self.mail, under: words).exitStatus()
        #expect(try await site.flush() == .exited(0))
        #expect(try await site.results(of: Self.mail).count == 1)
    }

    @Test func `a mail is sent once when the second executable is killed while sendmail works`() async throws {
        let gate = site.directory.file("gate")
        let script = """
            #!/bin/sh
            # Kills the program that started it, and takes the mail after that.
            cat >'\(site.directory.path)/taken'
            kill -9 $PPID
            until [ -e '\(gate)' ]; do sleep 0.02; done
            mv '\(site.directory.path)/taken' '\(site.directory.path)/sent/only'
            """
        try FileContents.write(Array(script.utf8), to: site.sendmail, mode: 0o755)
        let process = try site.start(["mail"], input: Self.mail)
        try await eventually("sendmail has the mail") { unsafe access(site.directory.file("taken"), F_OK) == 0 }
        try FileContents.write([], to: gate)
        #expect(try await process.exitStatus() == .exited(0))
        #expect(try await site.results(of: Self.mail).count == 1)
        #expect(site.waiting == [] && site.log.contains("ended by signal 9, after it gave the mail to sendmail"))
    }

    @Test(arguments: VoicemailSite.mails)
    func `a mail that ends early goes out as the new one or as it is`(name: String) async throws {
        let content = try FileContents.read(VoicemailSite.path(name))
        let path = site.directory.file("cut.eml")
        var ends = Set(stride(from: 1, to: min(content.count, 1600), by: Subprocess.isSanitized ? 401 : 61))
        ends.formUnion(stride(from: 1600, to: content.count, by: max(1, content.count / 5)))
        ends.formUnion([content.count - 1, content.count - 2, content.count - 4, content.count - 40])
        for end in ends.sorted() where end > 0 {
            site.clear()
            try FileContents.write(Array(content.prefix(end)), to: path)
            #expect(try await site.mail(path) == .exited(0))
            #expect(try await site.results(of: path).count == 1, "\(name), \(end) bytes")
        }
    }
}
