import Basics
import Glibc

/// The program: arguments in, exit status out.
package enum Program {
    /// Does what the command line asks for.
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

    /// Whether the system gives the threads that every command needs; complains where it does not.
    ///
    /// To be asked before the first `await`: the pool of tasks waits without a word for a thread that it does not get.
    package static func hasThreads() -> Bool {
        do throws(SystemError) {
            try Thread.require(requiredThreads)
            return true
        } catch {
            _ = refused(error)
            return false
        }
    }

    /// The pool, and a thread for each part of `run` that blocks; no command needs many fewer.
    private static let requiredThreads = 8

    private static func refused(_ error: SystemError) -> ExitCode {
        Terminal.write("asterisk-connector: thread refused by the system: \(error)\n", to: .errors)
        return .unavailable
    }
}
