import Basics

/// `spool status`: what became of all records, and how full the spool is.
enum SpoolStatusCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        await OperatorCommand.run(invocation) { (desk) throws(DeskError) in
            let status = try await desk.json(.spoolStatus)
            if invocation.flag("json") {
                OperatorCommand.show(status)
            } else {
                Terminal.write(SpoolStatusText(status).text, to: .output)
            }
            return status["balanced"] == .boolean(false) ? .failure : .success
        }
    }
}
