import Basics

/// `dead-letters list`: the records that the API refused for good.
enum DeadLettersListCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.run(invocation) { (desk) throws(DeskError) in
            let limit = invocation.flag("all") ? .max : invocation.integer("limit") ?? DeskRequest.largestPage
            let list = try await DeskList.deadLetters(of: desk, limit: limit)
            if invocation.flag("json") {
                OperatorCommand.show(list.json)
            } else {
                Terminal.write(OperatorText.deadLetters(list.entries, total: list.total), to: .output)
            }
            return .success
        }
    }
}
