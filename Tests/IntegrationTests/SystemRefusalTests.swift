import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// The built connector where the system refuses it threads, memory or descriptors.
@Suite struct SystemRefusalTests {
    @Test(.enabled(if: !Subprocess.isSanitized, "a sanitizer reserves terabytes"), arguments: [64, 80, 96])
    func `too little memory for threads is said before anything begins`(megabytes: Int) async throws {
        for command in ["run", "check", "version"] {
            let process = try Subprocess(
                arguments: ["prlimit", "--as=\(megabytes << 20)", Subprocess.connectorPath, command]
            )
            let status = try await process.exitStatus()
            #expect(status == .exited(69), "\(command): \(process.text(of: .errors))")
            #expect(process.text(of: .errors).contains("thread refused by the system"))
            #expect(process.text(of: .errors).contains("ulimit -u or -v"))
        }
    }

    /// What is taken from the process while it works; both limits are counted where a new one is asked for.
    enum Scarcity: String, CaseIterable {
        case threads = "--nproc"
        case descriptors = "--nofile"
    }

    @Test(
        .enabled(if: Machine.canChangeUser, "no other user here: run as root, install util-linux"),
        arguments: Scarcity.allCases
    )
    func `what finds no thread or descriptor fails, is tried again, and loses nothing`(scarcity: Scarcity) async throws
    {
        let folder = try await RecordingSite()
        let site = folder.site
        for path in [site.directory.path, folder.folder.path] { _ = unsafe chown(path, Machine.otherUserID, 0) }
        let process = try Subprocess(
            arguments: Machine.otherUser + [Subprocess.connectorPath, "run"],
            environment: folder.environment(SimulatedSite.sanitizers)
        )
        try await process.line(containing: "ami: logged in")
        try await site.playing(rate: 200) { try await eventually("calls end") { site.written > 50 } }

        let known = process.lines.count
        try await Self.limit(scarcity, of: process, to: "1:")
        site.pbx.inject(.cut(afterBytes: 0))
        try folder.write("out-5550001-101-1795000001.1.gsm", [UInt8](repeating: 7, count: 330))
        try await process.line(containing: scarcity == .threads ? "pthread_create" : "Too many open files")
        try await site.playing(rate: 200) { try await eventually("calls are missed") { site.written > 50 } }

        try await Self.limit(scarcity, of: process, to: "1024:")
        try await process.line(containing: "ami: logged in", after: known)
        try await site.playing(rate: 200) { try await eventually("calls end again") { site.written > 150 } }
        try await folder.uploaded(1, by: process)
        try await site.settle(process, explainedRepeats: 200)
    }

    private static func limit(_ scarcity: Scarcity, of process: Subprocess, to limits: String) async throws {
        let change = try Subprocess(
            arguments: Machine.otherUser + ["prlimit", "--pid=\(process.processID)", "\(scarcity.rawValue)=\(limits)"]
        )
        try #require(try await change.exitStatus() == .exited(0), "\(change.text(of: .errors))")
    }
}
