import Basics
import Glibc
import TestSupport
import Testing

/// `scripts/torture` leaves nothing behind, however it ends.
///
/// A command `swift` that only starts things takes the place of the real one.
@Suite(.serialized)
struct TortureScriptTests {
    /// Starts what legs start: a child with a process group of its own, one that has lost its parent and ignores all that
    /// can be ignored, and a file system; then it goes on for ever.
    private static let swift = """
        #!/bin/sh
        [ "$1" = test ] || exit 0
        timeout 600 sleep 600 &
        echo $! >>"$PIDS"
        (sh -c 'trap "" TERM INT HUP; echo $$ >>"$PIDS"; while :; do sleep 600; done' &)
        mkdir "$TMPDIR/spool"
        if mount -t tmpfs none "$TMPDIR/spool" 2>/dev/null; then touch "$TMPDIR/spool/file"; fi
        until [ "$(wc -l <"$PIDS")" -ge 2 ]; do sleep 0.02; done
        echo $$ >>"$PIDS"
        exec sleep 600
        """

    private static func isRunning(_ pid: pid_t) -> Bool {
        guard let stat = try? FileContents.read("/proc/\(pid)/stat", limit: 4096) else { return false }
        return stat.split(separator: UInt8(ascii: ")")).last?.drop { $0 == 32 }.first != UInt8(ascii: "Z")
    }

    @Test(.enabled(if: !Subprocess.isSanitized, "nothing of the connector runs"), arguments: [SIGTERM, SIGINT, SIGHUP])
    func `nothing that was started or mounted is left after a signal`(_ signal: Int32) async throws {
        let directory = TemporaryDirectory()
        let temporary = try Directory.make(directory.file("tmp"))
        let commands = try Directory.make(directory.file("bin"))
        try FileContents.write(Array(Self.swift.utf8), to: "\(commands)/swift", mode: 0o755)
        let pids = directory.file("pids")
        let root = Fixture.testsDirectory.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        let script = try Subprocess(
            arguments: ["env", "PATH=\(commands):\(path)", "\(root)/scripts/torture", "clock"],
            environment: ["TMPDIR": temporary, "PIDS": pids]
        )
        try await eventually("the leg runs", within: .seconds(60)) {
            guard let text = try? FileContents.read(pids, limit: 4096) else { return false }
            return text.count { $0 == ASCII.newline } >= 3
        }
        let started = try FileContents.read(pids, limit: 4096).split(separator: ASCII.newline)
            .compactMap { pid_t($0.text) }
        #expect(started.count == 3)
        script.terminate(signal)
        #expect(try await script.exitStatus(within: .seconds(60)) == .exited(128 + signal))
        #expect(started.filter(Self.isRunning) == [])
        #expect(Directory.names(in: temporary) == [])
        let mounts = try FileContents.read("/proc/self/mounts", limit: 1 << 20)
        #expect(!String(decoding: mounts, as: UTF8.self).contains(directory.path))
    }
}
