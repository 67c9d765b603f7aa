import Basics
import Glibc

/// The program: arguments in, exit status out.
package enum Program {
    /// Parses the command line and runs the command.
    ///
    /// - Parameter arguments: those of the process, without its name.
    package static func run(_ definition: ProgramDefinition, _ arguments: [String]) async -> ExitCode {
        Signals.ignoreBrokenPipes()
        switch definition.parse(arguments) {
        case .show(let text, let code):
            Terminal.write(text, to: code == .success ? .output : .errors)
            return code
        case .run(let invocation):
            do throws(SystemError) {
                return try await invocation.command.run(invocation)
            } catch {
                return refused(error)
            }
        }
    }

    /// Runs a command that takes any words, if `arguments` name one; call it before anything else.
    ///
    /// Blocks.
    ///
    /// - Returns: `nil` for all other commands, and when a person asks such a command for its help.
    package static func runUnparsed(_ definition: ProgramDefinition, _ arguments: [String]) -> ExitCode? {
        guard let command = definition.commands.first(where: { arguments.starts(with: $0.words) }),
            let action = command.unparsed
        else { return nil }
        let words = Array(arguments.dropFirst(command.words.count))
        if words.contains(where: { ["--help", "-h"].contains($0) }), hasNoInput { return nil }
        return action(words)
    }

    /// Whether standard input is a terminal or /dev/null.
    private static var hasNoInput: Bool {
        var status = stat()
        return unsafe fstat(0, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }

    /// Whether the system provides the threads that every command needs; writes an error to standard error if not.
    ///
    /// Call it before the first `await`: the pool of tasks silently waits forever for a thread that the system refuses.
    package static func hasThreads() -> Bool {
        do throws(SystemError) {
            try Thread.require(requiredThreads)
            return true
        } catch {
            _ = refused(error)
            return false
        }
    }

    /// The pool's threads, and one for each part of `run` that blocks; no command needs far fewer.
    private static let requiredThreads = 8

    private static func refused(_ error: SystemError) -> ExitCode {
        Terminal.complain("thread refused by the system: \(error)")
        return .unavailable
    }
}
