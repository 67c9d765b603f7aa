import Basics
import Simulation
import TestSupport

/// The built connector between a lab and a receiver, with its settings in an environment file.
final class AsteriskConnector: Sendable {
    private let directory: TemporaryDirectory

    /// - Parameter settings: beyond those that each needs, or instead of them.
    init(
        _ lab: AsteriskLab,
        _ receiver: AsteriskReceiver,
        user: String = "connector",
        _ settings: [String: String] = [:]
    )
        throws
    {
        directory = lab.makeDirectory()
        let common = [
            "API_KEY": "sk_0123456789abcdefghijABCDEFGHIJ01", "API_URL": receiver.api.url, "AMI_HOST": "127.0.0.1",
            "AMI_PORT": "\(lab.amiPort)", "AMI_USERNAME": user,
            "AMI_PASSWORD": "\(user)-secret", "HOST_HOSTNAME": "lab.example.org",
            "SPOOL_DIR": directory.path, "MONITORING_PORT": "0", "CDR_BATCH_FORCE_TIMEOUT": "1",
            "CDR_FILTER_ENABLED": "false", "RECORDING_WATCH_PATHS": "",
        ]
        let all = common.merging(settings) { $1 }
        let text = all.keys.sorted().map { "\($0)=\(all[$0] ?? "")\n" }.joined()
        try FileContents.write(Array(text.utf8), to: environmentFile)
    }

    private var environmentFile: String { directory.file("connector.env") }

    /// Starts it; not waiting for anything.
    func start() throws -> Subprocess { try Subprocess.connector(["run", "--env-file", environmentFile]) }

    /// Starts it and waits until it is logged in.
    func startOnline() async throws -> Subprocess {
        let process = try start()
        try await process.line(containing: "ami: logged in")
        return process
    }

    /// Runs `check` to its end; its status and what it printed.
    func check() async throws -> (status: Subprocess.ExitStatus, text: String) {
        let process = try Subprocess.connector(["check", "--env-file", environmentFile])
        return (try await process.exitStatus(), process.text(of: .output))
    }

    /// How many records wait in the spool of a running connector.
    static func waiting(in process: Subprocess) async throws -> Int {
        let status = try JSONParser.parse(Array(try await process.monitoring("/status").utf8)[...])
        return ["cdr", "cel"].reduce(0) { $0 + (status["records"]?[$1]?["waiting"]?.integer ?? 0) }
    }
}
