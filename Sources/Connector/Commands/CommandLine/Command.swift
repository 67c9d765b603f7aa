/// A command of the program, by the words one types.
package enum Command: String, Sendable, CaseIterable {
    case run
    case check
    case healthcheck
    case classify
    case demo
    case simulatePBX = "simulate pbx"
    case simulateAPI = "simulate api"
    case spoolStatus = "spool status"
    case deadLettersList = "dead-letters list"
    case deadLettersShow = "dead-letters show"
    case deadLettersRetry = "dead-letters retry"
    case deadLettersDrop = "dead-letters drop"
    case deadLettersExport = "dead-letters export"
    case recordingsList = "recordings list"
    case recordingsRetry = "recordings retry"
    case recordingsScan = "recordings scan"
    case gaps
    case completionBash = "completion bash"
    case completionZsh = "completion zsh"
    case completionFish = "completion fish"
    case manual
    case version

    var words: [String] { rawValue.split(separator: " ").map { String($0) } }
}
