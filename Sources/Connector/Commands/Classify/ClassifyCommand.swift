import Basics
import Glibc

/// `classify`: which way the calls of a file went and which filter leaves them out, without a PBX.
enum ClassifyCommand {
    /// Success only if every line is a call.
    static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        guard let configuration = LoadedConfiguration.load(invocation, only: SettingTable.classification) else {
            return .configuration
        }
        let path = invocation.arguments.first ?? "-"
        let job = ClassifyJob(
            judge: CallJudge(configuration),
            source: CallSource(isCSV: invocation.flag("csv")),
            explains: invocation.flag("explain")
        )
        return try await Thread.run("classify") {
            var job = job
            do throws(SystemError) {
                let input = FileDescriptor(path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC))
                guard input.isOpen else { throw SystemError("open", path) }
                return try job.run(from: input, path) ? .success : .failure
            } catch {
                // Whoever reads the output has enough of it.
                guard error.code != EPIPE else { return .failure }
                Terminal.write("asterisk-connector: \(error)\n", to: .errors)
                return .failure
            }
        }
    }
}
