import Basics
package import Daemon
import Delivery

/// `dead-letters show`: one dead letter with its whole content.
package enum DeadLettersShowCommand {
    package static let command = Command(
        "dead-letters show",
        summary: "Show one dead letter with all that is in it",
        discussion: OperatorCommand.asks,
        arguments: [ArgumentDefinition(name: "ID", help: "The number from the list")],
        options: [OperatorCommand.json] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        guard let word = invocation.arguments.first, let number = Int(word), number >= 0 else {
            Terminal.complain("the ID is a whole number; 'asterisk-connector dead-letters list' shows all")
            return .usage
        }
        return await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
            if invocation.flag("json") {
                OperatorCommand.show(try await admin.ask(.deadLetter(number)))
            } else {
                let letter = try await admin.json(.deadLetter(number))
                Terminal.write(OperatorText.deadLetter(letter), to: .output)
            }
            return .success
        }
    }
}
