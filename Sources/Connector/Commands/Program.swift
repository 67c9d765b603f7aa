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
        case .run(let invocation): return await run(invocation)
        }
    }

    private static func run(_ invocation: Invocation) async -> ExitCode {
        switch invocation.command {
        case .run: await RunCommand.run(invocation)
        case .check: await CheckCommand.run(invocation)
        case .healthcheck: await HealthcheckCommand.run(invocation)
        case .classify: await ClassifyCommand.run(invocation)
        case .demo: await DemoCommand.run(invocation)
        case .simulatePBX: await SimulatePBXCommand.run(invocation)
        case .simulateAPI: await SimulateAPICommand.run(invocation)
        case .spoolStatus: await SpoolStatusCommand.run(invocation)
        case .deadLettersList: await DeadLettersListCommand.run(invocation)
        case .deadLettersShow: await DeadLettersShowCommand.run(invocation)
        case .deadLettersRetry, .deadLettersDrop: await DeadLettersChangeCommand.run(invocation)
        case .deadLettersExport: await DeadLettersExportCommand.run(invocation)
        case .recordingsList: await RecordingsListCommand.run(invocation)
        case .recordingsRetry: await RecordingsRetryCommand.run(invocation)
        case .recordingsScan: await RecordingsScanCommand.run(invocation)
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
