import Basics
package import Daemon
import Glibc

/// `classify`: the direction of the calls in a file and the filters that drop them, without a PBX.
package enum ClassifyCommand {
    package static let command = Command(
        "classify",
        summary: "Show the direction of the calls in a file, and what the filters do",
        discussion: "Reads JSON objects, one a line, with src, dst, context, dcontext, channel, lastapp, lastdata, "
            + "duration, billsec and disposition, and writes them again with direction, direction_metadata and "
            + "filtered_by. Needs the settings of direction, contexts and filters, and no others. Ends with status "
            + "1 when a line was not JSON; all others are written even so.",
        arguments: [
            ArgumentDefinition(name: "FILE", help: "What to read; without it, standard input", isRequired: false)
        ],
        options: [
            .flag("csv", "Read Asterisk's cdr-csv/Master.csv instead of JSON"),
            .flag("explain", "Write for people which rules were tried, and why each applied or not"),
        ] + OptionDefinition.configuration,
        run: run
    )

    /// Returns success only if every line is a call.
    private static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        let loaded = invocation.settings { loader in
            loader.load(ReportingFeature.self).policy
        }
        guard let policy = loaded else { return .configuration }
        let path = invocation.arguments.first ?? "-"
        let job = ClassifyJob(
            judge: CallJudge(policy),
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
                // The reader of the output has closed the pipe.
                guard error.code != EPIPE else { return .failure }
                Terminal.complain("\(error)")
                return .failure
            }
        }
    }
}
