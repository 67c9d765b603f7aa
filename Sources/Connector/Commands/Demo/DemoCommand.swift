import Basics
import Simulation

/// `demo`: a simulated PBX, the connector and a simulated API together, and the comparison of both ends.
enum DemoCommand {
    /// Success only if every record arrived, and nothing else.
    static func run(_ invocation: Invocation) async -> ExitCode {
        let plan = DemoPlan(invocation)
        do {
            let directory = try DemoDirectory(invocation.string("directory"))
            let display = DemoDisplay(isInteractive: Terminal.isInteractive(.output))
            Terminal.write(display.headline(plan), to: .output)
            let result = try await Demo(plan, directory).run { Terminal.write(display.progress($0), to: .output) }
            Terminal.write(display.table(result, plan, directory), to: .output)
            return result.isClean ? .success : .failure
        } catch {
            Terminal.write("asterisk-connector: \(error)\n", to: .errors)
            return .unavailable
        }
    }
}
