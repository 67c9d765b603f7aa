import Connector
import Daemon
import Glibc

@main
struct Main {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let code = Program.runUnparsed(ConnectorProgram.definition, arguments) { exit(code.rawValue) }
        guard Program.hasThreads() else { exit(ExitCode.unavailable.rawValue) }
        exit(await Program.run(ConnectorProgram.definition, arguments).rawValue)
    }
}
