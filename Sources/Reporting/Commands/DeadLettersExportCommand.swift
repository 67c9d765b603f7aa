import Basics
package import Daemon
import Delivery
import Glibc

/// `dead-letters export`: the bodies of all dead letters, one on each line.
package enum DeadLettersExportCommand {
    package static let command = Command(
        "dead-letters export",
        summary: "Write all dead letters as JSON, one record a line",
        discussion: "They stay where they are. The file, which only its owner can read, has numbers of callers.",
        arguments: [
            ArgumentDefinition(name: "FILE", help: "Where to; else to standard output", isRequired: false)
        ],
        options: OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let path = invocation.arguments.first { $0 != "-" }
        return await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
            let numbers = try await AdminList.deadLetters(of: admin).ids
            let file = FileDescriptor(path.map(create) ?? dup(1))
            let target = path ?? "standard output"
            guard file.isOpen else { return failed(SystemError("write", target)) }
            var count = 0
            for number in numbers {
                guard let body = try await body(number, of: admin) else { continue }
                do throws(SystemError) {
                    try file.writeAll((body + [ASCII.newline])[...], subject: target)
                } catch {
                    return failed(error)
                }
                count += 1
            }
            // EINVAL: pipes and devices cannot be flushed.
            guard fsync(file.number) == 0 || errno == EINVAL else { return failed(SystemError("flush", target)) }
            Terminal.write("\(OperatorText.count(count, "dead letter")) written to \(target)\n", to: .errors)
            return .success
        }
    }

    /// Creates a file that only its owner can read, also when it existed before; devices and pipes are left unchanged.
    private static func create(_ path: String) -> Int32 {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        var figures = stat()
        if unsafe fstat(descriptor, &figures) == 0, figures.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
        return descriptor
    }

    /// The body of a dead letter; `nil` when it was delivered again or dropped meanwhile.
    private static func body(_ number: Int, of admin: AdminAccess) async throws(AdminError) -> [UInt8]? {
        do throws(AdminError) {
            return try await admin.ask(.deadLetterBody(number))
        } catch {
            guard error.kind == .missing else { throw error }
            return nil
        }
    }

    private static func failed(_ error: SystemError) -> ExitCode {
        Terminal.complain("\(error); what was written is incomplete: choose another file and export again")
        return .failure
    }
}
