import Connector
import Glibc

@main
struct Main {
    static func main() async {
        guard Program.hasThreads() else { exit(ExitCode.unavailable.rawValue) }
        exit(await Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
