import Basics
package import Daemon
import Delivery
import Glibc
import Spool

/// `recordings scan --dry-run`: what would happen to each file in the watched folders, and why.
package enum RecordingsScanCommand {
    package static let command = Command(
        "recordings scan",
        summary: "Show for each file whether it would be uploaded, or why not",
        discussion:
            "Walks through RECORDING_WATCH_PATHS by the rules of the configuration, and changes nothing. "
            + "What is uploaded, waiting or parked already it learns from the connector that runs, or from the "
            + "spool. Run it as the user of the connector, who may not be able to read what root can. Ends with 1 "
            + "when something cannot be read.",
        options: [
            .flag("dry-run", "Needed: without it, scanning is what 'run' does"),
            .flag("all", "List files of other extensions too, and do not only count them"), OperatorCommand.json,
        ] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        guard invocation.flag("dry-run") else {
            Terminal.complain(
                "the connector that runs scans by itself, every RECORDING_CHECK_INTERVAL_SECONDS; add --dry-run to see"
                    + " what it would do with each file"
            )
            return .usage
        }
        let loaded = invocation.settings { loader in
            (
                recordings: loader.load(RecordingsFeature.self),
                spool: loader.load([SpoolConfiguration.settings])
            )
        }
        guard let (recordings, spool) = loaded else { return .configuration }
        guard recordings.isEnabled else {
            Terminal.complain("RECORDING_WATCH_PATHS is empty, so recordings are off; name the folders in it")
            return .failure
        }
        complainOfAnotherUser(spool.directory)
        let scan = DryScan(recordings, spool: spool)
        let printer = ScanPrinter(asJSON: invocation.flag("json"), listsAll: invocation.flag("all"))
        return try await Thread.run("recordings") { write(scan, printer) }
    }

    /// Runs the scan and writes its results; blocks.
    private static func write(_ scan: DryScan, _ printer: ScanPrinter) -> ExitCode {
        var (scan, printer) = (scan, printer)
        let output = FileDescriptor(dup(Terminal.Stream.output.rawValue))
        do throws(SystemError) {
            try scan.run(at: .now()) { (decision) throws(SystemError) in
                printer.add(decision)
                if printer.isFull { try output.writeAll(printer.take()[...], subject: "the output") }
            }
            if let error = scan.failure {
                Terminal.complain(error.description)
                Terminal.complain("so nobody knows which files are uploaded, waiting or parked already")
            }
            printer.finish(knowsSpool: scan.failure == nil)
            try output.writeAll(printer.take()[...], subject: "the output")
            return printer.summary.stays[.unreadable] == nil ? .success : .failure
        } catch {
            // EPIPE: the reader of the output has closed the pipe.
            if error.code != EPIPE { Terminal.complain("\(error)") }
            return .failure
        }
    }

    /// Warns when this runs as another user, such as root, who can read other files than the connector.
    private static func complainOfAnotherUser(_ directory: String) {
        var status = stat()
        guard unsafe stat("\(directory)/spool.db", &status) == 0, status.st_uid != geteuid() else { return }
        Terminal.complain(
            "this reads as user \(geteuid()), and the connector as user \(status.st_uid), who may not be able to read the"
                + " same; put sudo -u '#\(status.st_uid)' before the command to see what the connector sees"
        )
    }
}
