/// `gaps`: the times in which records could have been missed.
enum GapsCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.list(invocation) { (desk, limit) throws(DeskError) in
            try await DeskList.gaps(of: desk, limit: limit)
        } text: {
            OperatorText.gaps($0.entries, total: $0.total, ongoing: $0.ongoing)
        }
    }
}
