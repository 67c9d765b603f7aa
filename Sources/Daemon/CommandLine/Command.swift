package import Basics

/// A command of the program: its words, arguments, options and action.
///
/// The help, the manual page, completions and the parser are made from it. Each command is declared beside its action;
/// the list of the program names it.
package struct Command: Sendable {
    /// Thrown when the system refuses a thread; the program reports it and exits with `unavailable`.
    package typealias Refusal = SystemError

    /// Runs the command and returns the exit code.
    package typealias Work = @Sendable (Invocation) async throws(Refusal) -> ExitCode

    /// Runs the command with words that nothing has checked; blocks.
    package typealias Unparsed = @Sendable ([String]) -> ExitCode

    /// The words of the command: `spool status`.
    package let name: String
    /// One line without a full stop, for lists of commands.
    let summary: String
    /// A paragraph for the help of the command; may be empty.
    let discussion: String
    package let arguments: [ArgumentDefinition]
    package let options: [OptionDefinition]
    /// The action for the words after the command as they are, whatever they are; `nil` for most commands.
    ///
    /// For a command that must do its work even with a wrong command line: it runs in place of `run`, before anything
    /// can end the program, and blocks.
    let unparsed: Unparsed?
    /// The action of the command.
    package let run: Work

    package init(
        _ name: String,
        summary: String,
        discussion: String = "",
        arguments: [ArgumentDefinition] = [],
        options: [OptionDefinition] = [],
        unparsed: Unparsed? = nil,
        run: @escaping Work
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.unparsed = unparsed
        self.run = run
    }

    /// The words of `name`.
    package var words: [String] { name.split(separator: " ").map { String($0) } }
}
