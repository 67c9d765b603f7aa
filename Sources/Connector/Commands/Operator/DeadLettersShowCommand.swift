import Basics

/// `dead-letters show`: one dead letter with all that is in it.
enum DeadLettersShowCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        guard let word = invocation.arguments.first, let number = Int(word), number >= 0 else {
            OperatorCommand.complain("the ID is a whole number; 'asterisk-connector dead-letters list' shows all")
            return .usage
        }
        return await OperatorCommand.run(invocation) { (desk) throws(DeskError) in
            if invocation.flag("json") {
                OperatorCommand.show(try await desk.ask(.deadLetter(number)))
            } else {
                let letter = try await desk.json(.deadLetter(number))
                Terminal.write(OperatorText.deadLetter(letter), to: .output)
            }
            return .success
        }
    }
}
