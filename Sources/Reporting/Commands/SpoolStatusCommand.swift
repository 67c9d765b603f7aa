import Basics
package import Daemon
import Delivery

/// `spool status`: the counts of all records, and how full the spool is.
package enum SpoolStatusCommand {
    package static let command = Command(
        "spool status",
        summary: "Show what became of all records",
        discussion: "Also how full the spool is. " + OperatorCommand.asks
            + " Ends with 1 when records are not accounted for.",
        options: [OperatorCommand.json] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
            let status = try await admin.json(.spoolStatus)
            if invocation.flag("json") {
                OperatorCommand.show(status)
            } else {
                Terminal.write(SpoolStatusText(status).text, to: .output)
            }
            return status["balanced"] == .boolean(false) ? .failure : .success
        }
    }
}
