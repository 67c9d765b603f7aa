import Connector
import Daemon
import Glibc

@main
struct Main {
    static func main() async {
        guard Program.hasThreads() else { exit(ExitCode.unavailable.rawValue) }
        exit(await Program.run(ConnectorProgram.definition, Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
