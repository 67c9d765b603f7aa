package import Daemon
import Delivery

/// `gaps`: the times in which records could have been missed.
package enum GapsCommand {
    package static let command = Command(
        "gaps",
        summary: "List times in which records could have been missed",
        discussion: OperatorCommand.asks + " The latest ones, the newest last.",
        options: [OperatorCommand.limit, OperatorCommand.all, OperatorCommand.json] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.list(invocation) { (admin, limit) throws(AdminError) in
            try await AdminList.gaps(of: admin, limit: limit)
        } text: {
            OperatorText.gaps($0.entries, total: $0.total, ongoing: $0.ongoing)
        }
    }
}
