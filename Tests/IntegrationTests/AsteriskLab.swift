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

    /// Where it listens.
    ///
    /// The IAX2 ones are of UDP, and chosen as free ones of TCP.
    private struct Ports {
        let ami: UInt16
        let tls: UInt16
        let iax: UInt16
        /// The IAX2 port of the lab at the other end of the trunk.
        let far: UInt16
    }

    private let ports: Ports
    let zone: TimeZoneRules
    private let times: Times
    private let hasCELs: Bool
    /// Settings of scripts/asterisk-lab beyond the others.
    private let more: [String: String]
    private let state = TemporaryDirectory()
    private let directories = Lock<[TemporaryDirectory]>([])

    var amiPort: UInt16 { ports.ami }
    var tlsPort: UInt16 { ports.tls }

    /// Runs `body` with an Asterisk that answers, and stops that one afterwards.
    static func run(
        _ times: Times = .mapped,
        zone: String = "America/Toronto",
        _ body: (AsteriskLab) async throws -> Void
    ) async throws {
        let free = try freePorts(4)
        let ports = Ports(ami: free[0], tls: free[1], iax: free[2], far: free[3])
        let lab = try AsteriskLab(times, zone: zone, hasCELs: true, ports)
        try await lab.run { try await body(lab) }
    }

    /// Runs `body` with one that has telephones.
    ///
    /// - Parameter dialplan: contexts for extensions.conf.
    static func run(
        phones: [SIPPhone],
        dialplan: String,
        _ body: (AsteriskLab) async throws -> Void
    ) async throws {
        let free = try freePorts(5)
        let ports = Ports(ami: free[0], tls: free[1], iax: free[2], far: free[3])
        let directory = TemporaryDirectory()
        try FileContents.write(Array(dialplan.utf8), to: directory.file("extensions.conf"))
        let lab = try AsteriskLab(
            .mapped,
            zone: "America/Toronto",
            hasCELs: true,
            ports,
            more: [
                "LAB_PHONES": phones.map { "\($0.name):\($0.port)" }.joined(separator: " "), "SIP_PORT": "\(free[4])",
                "LAB_DIALPLAN": directory.file("extensions.conf"),
            ]
        )
        for phone in phones { phone.connect(to: free[4]) }
        defer { for phone in phones { phone.stop() } }
        try await lab.run { try await body(lab) }
        withExtendedLifetime(directory) {}
    }

    /// Runs `body` with two that are joined by a trunk; the far one plays the world and the telephones of the other.
    static func runWithTrunk(
        hasCELs: Bool = true,
        _ body: (_ lab: AsteriskLab, _ far: AsteriskLab) async throws -> Void
    ) async throws {
        let free = try freePorts(6)
        let near = Ports(ami: free[0], tls: free[1], iax: free[2], far: free[3])
        let lab = try AsteriskLab(.mapped, zone: "America/Toronto", hasCELs: hasCELs, near)
        let remote = Ports(ami: free[4], tls: free[5], iax: free[3], far: free[2])
        let far = try AsteriskLab(.mapped, zone: "America/Toronto", hasCELs: true, remote)
        try await far.run {
            try await lab.run { try await body(lab, far) }
        }
    }

    /// All are bound at once, so that they differ.
    private static func freePorts(_ count: Int) throws -> [UInt16] {
        try (0..<count).map { _ in try Listener(host: "127.0.0.1", port: 0) }.map(\.port)
    }

    private init(
        _ times: Times,
        zone: String,
        hasCELs: Bool,
        _ ports: Ports,
        more: [String: String] = [:]
    ) throws {
        self.more = more
        self.ports = ports
        self.zone = try TimeZoneRules(named: zone)
        self.times = times
        self.hasCELs = hasCELs
    }

    private func run(_ body: () async throws -> Void) async throws {
        let started = try await script(["start"])
        #expect(started.contains("pid="))
        do {
            try await body()
        } catch {
            try await script(["stop"])
            throw error
        }
        try await script(["stop"])
    }

    /// Where it records into, as seen from outside of the lab.
    var monitorFolder: String { state.file("spool/monitor") }

    /// The mails that voicemail has given to its mailcmd, by path.
    var mails: [String] {
        Directory.names(in: state.file("mails")).filter { $0.hasSuffix(".eml") }.sorted()
            .map { state.file("mails/\($0)") }
    }

    /// A file of the spool, as seen from outside of the lab.
    func spoolFile(_ name: String) -> String { state.file("spool/\(name)") }

    var authorityFile: String { state.file("tls/ca.pem") }

    /// A directory that lasts as long as the lab, whatever becomes of who asked for it.
    func makeDirectory() -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        directories.withLock { $0.append(directory) }
        return directory
    }

    /// A command of Asterisk's console.
    @discardableResult
    func console(_ command: String) async throws -> String { try await script(["cli", command]) }

    @discardableResult
    private func script(_ arguments: [String]) async throws -> String {
        var environment = [
            "ASTERISK_LAB_STATE": state.path, "AMI_PORT": "\(amiPort)", "AMI_TLS_PORT": "\(tlsPort)",
            "IAX_PORT": "\(ports.iax)", "FAR_PORT": "\(ports.far)", "LAB_CEL": hasCELs ? "on" : "off",
            "LAB_ZONE": zone.name, "LAB_TIMES": times.rawValue,
        ]
        environment.merge(more) { $1 }
        environment["ASTERISK_LAB_ROOT"] = environmentVariable("ASTERISK_LAB_ROOT")
        let path = "\(Fixture.testsDirectory)/../scripts/asterisk-lab"
        let process = try Subprocess(arguments: [path] + arguments, environment: environment)
        let status = try await process.exitStatus()
        #expect(status == .exited(0), "asterisk-lab \(arguments.joined(separator: " ")): \(process.text(of: .errors))")
        return process.text(of: .output)
    }

    /// What Asterisk itself wrote down of its calls.
    func totals() async throws -> AsteriskBooks {
        let log = state.file("log")
        let files = try await Thread.run("books") {
            ["cdr-csv/Master.csv", "cel-custom/cel.csv"].map { (try? FileContents.read("\(log)/\($0)")) ?? [] }
        }
        return AsteriskBooks(
            cdrs: MasterCSV.rows(files[0]),
            cels: MasterCSV.rows(files[1]),
            offset: zone.offset(at: Timestamp.now().seconds)
        )
    }

    /// Runs `body` with a client that is logged in as a user of manager.conf, whose secret is `USER-secret`.
    func login<Result: Sendable>(as user: String, _ body: (AMIClient) async throws -> Result) async throws -> Result {
        let credentials = ConnectionState.Credentials(username: user, password: Secret("\(user)-secret"))
        let client = AMIClient(
            AMIClient.Configuration(host: "127.0.0.1", port: amiPort, credentials: credentials),
            log: Logger("test", sink: LogSink { _ in })
        )
        let session = Task { try await client.run() }
        defer { session.cancel() }
        try await eventually("\(user) is logged in to the lab") { client.status.isOnline }
        return try await body(client)
    }
}
