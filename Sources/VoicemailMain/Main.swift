import Daemon
import Glibc
import VoicemailProcessor

@main
struct Main {
    static func main() async {
        exit(await ProcessorProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
