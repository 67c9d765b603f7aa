/// `dead-letters list`: the records that the API refused for good.
enum DeadLettersListCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.list(invocation) { (desk, limit) throws(DeskError) in
            try await DeskList.deadLetters(of: desk, limit: limit)
        } text: {
            OperatorText.deadLetters($0.entries, total: $0.total)
        }
    }
}
