@testable import Connector

extension Command {
    /// What to write behind the words of a command to see all that it can show; each of them ends by itself, but `run` and
    /// the simulations.
    ///
    /// - Parameter file: one with calls to classify.
    func lines(classifying file: String, exportingTo export: String) -> [[String]] {
        switch self {
        case .run, .check, .healthcheck, .version, .manual, .completionBash, .completionZsh, .completionFish: [[]]
        case .classify: [[file], ["--explain", file]]
        case .demo: [["--calls", "2", "--rate", "0"]]
        case .simulatePBX, .simulateAPI: [["--port", "0"]]
        case .spoolStatus, .gaps: [[], ["--json"]]
        case .deadLettersList: [[], ["--json"], ["--all"]]
        case .deadLettersShow: [["1"], ["1", "--json"], ["999"]]
        case .deadLettersRetry: [["999"], ["999", "--json"], ["x"]]
        case .deadLettersDrop: [["999", "--yes"], ["--all"]]
        case .deadLettersExport: [[], [export]]
        case .recordingsList: [[], ["--json"], ["--state", "parked"], ["--state", "waiting", "--all"]]
        case .recordingsRetry: [["999"], ["999", "--json"]]
        case .recordingsScan: [["--dry-run"], ["--dry-run", "--json"], ["--dry-run", "--all"]]
        }
    }

    /// Whether it runs until it is told to stop.
    var isEndless: Bool { [.run, .simulatePBX, .simulateAPI].contains(self) }

    /// Whether it is asked for records or files, so that numbers of callers belong into what it shows.
    var showsCallers: Bool {
        switch self {
        case .classify, .deadLettersShow, .deadLettersExport, .recordingsList, .recordingsScan: true
        default: false
        }
    }

    /// Whether it reads the configuration.
    var isConfigured: Bool {
        CommandTable.commands.first { $0.command == self }?.options.contains { $0.name == "config" } ?? false
    }
}
