package import Daemon
import Delivery
import Spool

/// `recordings list`: the recordings that wait for their upload or are parked.
package enum RecordingsListCommand {
    package static let command = Command(
        "recordings list",
        summary: "List recordings that wait or were given up",
        discussion: OperatorCommand.asks
            + " Those that were given up (parked) come first, then those that wait; each with the "
            + "reason why its last upload failed. The names of files may hold numbers of callers.",
        options: [
            .text("state", "STATE", "Only those in this state: seen (found once), waiting, done or parked"),
            OperatorCommand.limit,
            OperatorCommand.all, OperatorCommand.json,
        ] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        var states = [RecordingState.parked, .waiting]
        if let word = invocation.string("state") {
            guard let state = RecordingState(label: word) else {
                Terminal.complain("--state must be one of \(RecordingState.labels)")
                return .usage
            }
            states = [state]
        }
        return await OperatorCommand.list(invocation) { (admin, limit) throws(AdminError) in
            try await AdminList.recordings(states, of: admin, limit: limit)
        } text: {
            RecordingsText.list($0, states)
        }
    }
}
