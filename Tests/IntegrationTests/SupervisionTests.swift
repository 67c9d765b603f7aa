import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// The built connector under a service manager.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct SupervisionTests {
    /// What the service manager heard, in order.
    private final class Ear {
        private let socket: NotifySocket
        private(set) var heard: [String] = []

        init(_ site: SimulatedSite) throws { socket = try NotifySocket(site.directory.file("notify")) }

        var name: String { socket.name }

        func count(_ message: String) -> Int {
            heard += socket.take()
            return heard.count { $0 == message }
        }

        /// Waits until so many messages begin so.
        func hears(_ beginning: String, times: Int = 1) async throws {
            try await eventually("\(beginning) comes") {
                heard += socket.take()
                return heard.count { $0.hasPrefix(beginning) } >= times
            }
        }
    }

    @Test func `the service manager hears of start, reload, state and stop`() async throws {
        let site = try await SimulatedSite()
        let ear = try Ear(site)
        let process = try site.start(["NOTIFY_SOCKET": ear.name])
        try await ear.hears("READY=1")
        #expect(ear.heard.first == "STATUS=opening the spool")
        #expect(try await site.monitoring("/healthz", of: process) == "ok\n")
        try await ear.hears("STATUS=logged in to Asterisk")
        process.terminate(SIGHUP)
        try await ear.hears("READY=1", times: 2)
        let reload = try #require(ear.heard.firstIndex { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") })
        let readies = ear.heard.indices.filter { ear.heard[$0] == "READY=1" }
        #expect(readies.count == 2 && readies[0] < reload && reload < readies[1])
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        try await ear.hears("STOPPING=1")
        #expect(ear.heard.last == "STOPPING=1" && ear.count("WATCHDOG=1") == 0)
        await site.stop()
    }

    @Test func `it is ready without its monitoring port`() async throws {
        let site = try await SimulatedSite()
        let ear = try Ear(site)
        let process = try site.start([
            "NOTIFY_SOCKET": ear.name, "WATCHDOG_USEC": "1000000", "MONITORING_PORT": "\(site.pbx.port)",
        ])
        try await ear.hears("READY=1")
        try await ear.hears("WATCHDOG=1")
        try await process.line(containing: "monitoring port unavailable, retrying")
        try await eventually("the status says so") {
            _ = ear.count("")
            return ear.heard.contains { $0.hasSuffix("monitoring port unavailable") }
        }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }

    @Test(.enabled(if: Machine.canBeTraced, "no tracing here: install strace, allow ptrace"))
    func `a disk that hangs does not starve the watchdog, a thread that hangs does`() async throws {
        let site = try await SimulatedSite()
        let ear = try Ear(site)
        let process = try site.start(
            SimulatedSite.sanitizers.merging(["NOTIFY_SOCKET": ear.name, "WATCHDOG_USEC": "2000000"]) { $1 }
        )
        try await ear.hears("STATUS=logged in to Asterisk")
        let thread = try Self.thread("spool", of: process)

        try await Self.delaying("fdatasync", of: thread) {
            try await site.playing(rate: 100) { try await eventually("calls end") { site.written > 100 } }
            try await ear.hears("WATCHDOG=1", times: ear.count("WATCHDOG=1") + 12)
            // The first flush has not ended.
            #expect(try await site.records("received", of: process) == 0)
        }
        #expect(!process.text(of: .errors).contains("component stalled"))

        try await Self.delaying("futex", of: thread) {
            // Whoever waits for the spool may be named before it.
            try await eventually("the spool is named") {
                process.text(of: .errors).split(separator: "\n").contains { line in
                    line.contains("component stalled") && line.contains("spool")
                }
            }
        }
        let fed = ear.count("WATCHDOG=1")
        try await process.line(containing: "components recovered")
        try await ear.hears("WATCHDOG=1", times: fed + 1)
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }

    /// Lets each call of one kind in one thread take ten minutes while `body` works.
    private static func delaying(_ call: String, of thread: String, _ body: () async throws -> Void) async throws {
        let tracer = try Subprocess(arguments: [
            "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):delay_enter=600000000",
            "-p", thread,
        ])
        let status = "/proc/\(thread)/status"
        try await eventually("the thread is traced") {
            !String(decoding: try FileContents.read(status), as: UTF8.self).contains("TracerPid:\t0\n")
        }
        try await body()
        tracer.terminate(SIGKILL)
        _ = try await tracer.exitStatus()
    }

    /// The number of the thread with this name.
    private static func thread(_ name: String, of process: Subprocess) throws -> String {
        let directory = "/proc/\(process.processID)/task"
        return try #require(
            Directory.names(in: directory).first { task in
                (try? FileContents.read("\(directory)/\(task)/comm"))?.elementsEqual("\(name)\n".utf8) == true
            }
        )
    }
}
