import Spool

/// `recordings list`: what is to be uploaded, and what was given up.
enum RecordingsListCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        var states = [RecordingState.parked, .waiting]
        if let word = invocation.string("state") {
            guard let state = RecordingState(label: word) else {
                OperatorCommand.complain("--state must be one of \(RecordingState.labels)")
                return .usage
            }
            states = [state]
        }
        return await OperatorCommand.list(invocation) { (desk, limit) throws(DeskError) in
            try await DeskList.recordings(states, of: desk, limit: limit)
        } text: {
            RecordingsText.list($0, states)
        }
    }
}
