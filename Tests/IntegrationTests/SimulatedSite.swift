import Basics
import HTTP
import Simulation
import TestSupport
import Testing

/// A simulated PBX and API in this process, and the built connector between them.
final class SimulatedSite: Sendable {
    let pbx: SimulatedPBX
    let api: SimulatedAPI
    let directory = TemporaryDirectory()

    init(
        _ change: (inout PBXConfiguration) -> Void = { _ in },
        api changeAPI: (inout SimulatedAPI.Configuration) -> Void = { _ in }
    ) async throws {
        var configuration = PBXConfiguration()
        configuration.emissionLogPath = directory.file("pbx.jsonl")
        configuration.writeTimeout = .seconds(10)
        change(&configuration)
        pbx = try SimulatedPBX(configuration)
        try await pbx.start()
        var receiver = SimulatedAPI.Configuration()
        receiver.logFile = directory.file("api.jsonl")
        receiver.refusalLogFile = directory.file("refused.jsonl")
        changeAPI(&receiver)
        let settings = receiver
        api = try await Thread.run("api-start") { Result { try SimulatedAPI(settings) } }.get()
    }

    var environment: [String: String] {
        [
            "MUTANT": environmentVariable("MUTANT") ?? "", "API_KEY": "sk_0123456789abcdefghijABCDEFGHIJ01",
            "API_URL": api.url, "AMI_HOST": "127.0.0.1",
            "AMI_PORT": "\(pbx.port)", "AMI_USERNAME": "connector", "AMI_PASSWORD": "secret",
            "SPOOL_DIR": directory.file("spool"), "MONITORING_PORT": "0", "CDR_BATCH_FORCE_TIMEOUT": "1",
            // The audit asks for every record.
            "CDR_FILTER_ENABLED": "false", "RECORDING_WATCH_PATHS": "",
        ]
    }

    /// Starts the connector.
    func start(_ changes: [String: String] = [:], command: String = "run") throws -> Subprocess {
        try Subprocess.connector([command], environment: environment.merging(changes) { $1 })
    }

    /// Starts the connector and waits until it is logged in.
    func startOnline() async throws -> Subprocess {
        let process = try start()
        try await process.line(containing: "ami: logged in")
        return process
    }

    /// What a path of the connector's monitoring port answers.
    func monitoring(_ path: String, of process: Subprocess) async throws -> String {
        try await process.monitoring(path)
    }

    /// A number of the connector's /status: received, delivered or waiting, of both kinds together.
    func records(_ name: String, of process: Subprocess) async throws -> Int {
        let status = try JSONParser.parse(try await monitoring("/status", of: process))
        return ["cdr", "cel"].reduce(0) { $0 + (status["records"]?[$1]?[name]?.integer ?? 0) }
    }

    /// Compares both ends, after everything has stopped.
    func audit() async throws -> Audit {
        let (emitted, received) = (directory.file("pbx.jsonl"), directory.file("api.jsonl"))
        return try await Thread.run("audit") { Result { try Audit(emissionLog: emitted, receivedLog: received) } }.get()
    }

    /// Stops both ends.
    func stop() async {
        await pbx.stop()
        let api = api
        try? await Thread.run("api-stop") { api.stop() }
    }
}
