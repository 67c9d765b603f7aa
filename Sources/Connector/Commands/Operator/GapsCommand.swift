import Basics

/// `gaps`: the times in which records could have been missed.
enum GapsCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.run(invocation) { (desk) throws(DeskError) in
            let limit = invocation.flag("all") ? .max : invocation.integer("limit") ?? DeskRequest.largestPage
            let list = try await DeskList.gaps(of: desk, limit: limit)
            if invocation.flag("json") {
                OperatorCommand.show(list.json)
            } else {
                Terminal.write(OperatorText.gaps(list.entries, total: list.total), to: .output)
            }
            return .success
        }
    }
}
