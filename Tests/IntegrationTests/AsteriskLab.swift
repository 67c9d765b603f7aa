import AMI
import Basics
import TestSupport
import Testing

/// A real Asterisk on the loopback, with a state directory and ports of its own (scripts/asterisk-lab).
final class AsteriskLab: Sendable {
    /// What Asterisk tells of times.
    enum Times: String, Sendable {
        /// Epochs in mapped headers, and a Timestamp header.
        case mapped
        /// Local times only.
        case plain
    }

    let amiPort: UInt16
    let tlsPort: UInt16
    let zone: TimeZoneRules
    private let times: Times
    private let state = TemporaryDirectory()

    /// Runs `body` with an Asterisk that answers, and stops that one afterwards.
    static func run(
        _ times: Times = .mapped,
        zone: String = "America/Toronto",
        _ body: (AsteriskLab) async throws -> Void
    ) async throws {
        let lab = try AsteriskLab(times, zone: zone)
        let started = try await lab.script(["start"])
        #expect(started.contains("pid="))
        do {
            try await body(lab)
        } catch {
            try await lab.script(["stop"])
            throw error
        }
        try await lab.script(["stop"])
    }

    private init(_ times: Times, zone: String) throws {
        // Both are bound at once, so that they differ.
        let listeners = try (0..<2).map { _ in try Listener(host: "127.0.0.1", port: 0) }
        amiPort = listeners[0].port
        tlsPort = listeners[1].port
        self.zone = try TimeZoneRules(named: zone)
        self.times = times
    }

    var authorityFile: String { state.file("tls/ca.pem") }

    /// A command of Asterisk's console.
    @discardableResult
    func console(_ command: String) async throws -> String { try await script(["cli", command]) }

    @discardableResult
    private func script(_ arguments: [String]) async throws -> String {
        var environment = [
            "ASTERISK_LAB_STATE": state.path, "AMI_PORT": "\(amiPort)", "AMI_TLS_PORT": "\(tlsPort)",
            "LAB_ZONE": zone.name, "LAB_TIMES": times.rawValue,
        ]
        environment["ASTERISK_LAB_ROOT"] = environmentVariable("ASTERISK_LAB_ROOT")
        let path = "\(Fixture.testsDirectory)/../scripts/asterisk-lab"
        let process = try Subprocess(arguments: [path] + arguments, environment: environment)
        let status = try await process.exitStatus()
        #expect(status == .exited(0), "asterisk-lab \(arguments.joined(separator: " ")): \(process.text(of: .errors))")
        return process.text(of: .output)
    }

    /// What Asterisk itself wrote down of its calls.
    func books() async throws -> AsteriskBooks {
        let log = state.file("log")
        let files = await Thread.run("books") {
            ["cdr-csv/Master.csv", "cel-custom/cel.csv"].map { (try? FileContents.read("\(log)/\($0)")) ?? [] }
        }
        return AsteriskBooks(
            cdrs: MasterCSV.rows(files[0]),
            cels: MasterCSV.rows(files[1]),
            offset: zone.offset(at: Timestamp.now().seconds)
        )
    }

    /// Runs `body` with a client that is logged in as a user of manager.conf, whose secret is `USER-secret`.
    func login<Result: Sendable>(as user: String, _ body: (Client) async throws -> Result) async throws -> Result {
        let credentials = ConnectionState.Credentials(username: user, password: Secret("\(user)-secret"))
        let client = Client(
            Client.Configuration(host: "127.0.0.1", port: amiPort, credentials: credentials, events: []),
            log: Logger("test", sink: LogSink { _ in })
        )
        let session = Task { try await client.run() }
        defer { session.cancel() }
        try await eventually("\(user) is logged in to the lab") { client.status.isOnline }
        return try await body(client)
    }
}
