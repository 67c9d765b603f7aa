package import Basics

/// A command of the program: the words one types, what it takes, and what it does.
///
/// The help, the manual page, completions and the parser are made from it. It stands beside what it does; the list
/// of the program names it.
package struct Command: Sendable {
    /// That the system refuses a thread; the program says so and ends as unavailable.
    package typealias Refusal = SystemError

    /// Does what was asked for, and says how that ended.
    package typealias Work = @Sendable (Invocation) async throws(Refusal) -> ExitCode

    /// The words one types: `spool status`.
    package let name: String
    /// One line without a full stop, for lists of commands.
    let summary: String
    /// A paragraph for its own help.
    let discussion: String
    package let arguments: [ArgumentDefinition]
    package let options: [OptionDefinition]
    package let run: Work

    package init(
        _ name: String,
        summary: String,
        discussion: String = "",
        arguments: [ArgumentDefinition] = [],
        options: [OptionDefinition] = [],
        run: @escaping Work
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.run = run
    }

    package var words: [String] { name.split(separator: " ").map { String($0) } }
}
