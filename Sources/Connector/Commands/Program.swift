import Basics
import Glibc

/// The program: arguments in, exit status out.
package enum Program {
    /// Does what the command line asks for.
    ///
    /// - Parameter arguments: without the program's own name.
    package static func run(_ arguments: [String]) async -> ExitCode {
        Signals.ignoreBrokenPipes()
        switch CommandParser.parse(arguments) {
        case .show(let text, let code):
            Terminal.write(text, to: code == .success ? .output : .errors)
            return code
        case .run(let invocation):
            do throws(SystemError) {
                return try await run(invocation)
            } catch {
                return refused(error)
            }
        }
    }

    /// Whether the system gives the threads that every command needs; complains where it does not.
    ///
    /// To be asked before the first `await`: the pool of tasks waits without a word for a thread that it does not get.
    package static func hasThreads() -> Bool {
        do throws(SystemError) {
            try Thread.require(requiredThreads)
            return true
        } catch {
            _ = refused(error)
            return false
        }
    }

    /// The pool, and a thread for each part of `run` that blocks; no command needs many fewer.
    private static let requiredThreads = 8

    private static func refused(_ error: SystemError) -> ExitCode {
        Terminal.write("asterisk-connector: thread refused by the system: \(error)\n", to: .errors)
        return .unavailable
    }

    private static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        switch invocation.command {
        case .run: await RunCommand.run(invocation)
        case .check: await CheckCommand.run(invocation)
        case .healthcheck: await HealthcheckCommand.run(invocation)
        case .classify: try await ClassifyCommand.run(invocation)
        case .demo: await DemoCommand.run(invocation)
        case .simulatePBX: await SimulatePBXCommand.run(invocation)
        case .simulateAPI: try await SimulateAPICommand.run(invocation)
        case .spoolStatus: await SpoolStatusCommand.run(invocation)
        case .deadLettersList: await DeadLettersListCommand.run(invocation)
        case .deadLettersShow: await DeadLettersShowCommand.run(invocation)
        case .deadLettersRetry, .deadLettersDrop: await DeadLettersChangeCommand.run(invocation)
        case .deadLettersExport: await DeadLettersExportCommand.run(invocation)
        case .recordingsList: await RecordingsListCommand.run(invocation)
        case .recordingsRetry: await RecordingsRetryCommand.run(invocation)
        case .recordingsScan: try await RecordingsScanCommand.run(invocation)
        case .gaps: await GapsCommand.run(invocation)
        case .completionBash, .completionZsh, .completionFish, .manual: DocumentCommand.run(invocation)
        case .version:
            version()
        }
    }

    private static func version() -> ExitCode {
        Terminal.write("asterisk-connector \(Version.number)\n", to: .output)
        return .success
    }
}
