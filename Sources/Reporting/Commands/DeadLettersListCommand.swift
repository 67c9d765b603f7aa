package import Daemon
import Delivery

/// `dead-letters list`: the records that the API refused permanently.
package enum DeadLettersListCommand {
    package static let command = Command(
        "dead-letters list",
        summary: "List records that the API refused for good",
        discussion: OperatorCommand.asks + " The first ones first. Numbers of callers are not shown.",
        options: [OperatorCommand.limit, OperatorCommand.all, OperatorCommand.json] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.list(invocation) { (admin, limit) throws(AdminError) in
            try await AdminList.deadLetters(of: admin, limit: limit)
        } text: {
            OperatorText.deadLetters($0.entries, total: $0.total)
        }
    }
}
