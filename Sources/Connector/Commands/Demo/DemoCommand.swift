import Basics
import Daemon
import Simulation

/// `demo`: a simulated PBX, the connector and a simulated API in one process, and a comparison of both ends.
enum DemoCommand {
    static let command = Command(
        "demo",
        summary: "Show the whole way of a call, with nothing to set up",
        discussion: "Starts a simulated PBX, a simulated API and the connector between them, and compares what was "
            + "sent with what arrived.",
        options: [
            .integer("calls", "N", 1...10_000_000, default: 300, "How many calls the PBX plays"),
            .integer("rate", "EVENTS_PER_SECOND", 0...1_000_000, default: 2000, "How fast; 0 is line speed"),
            .integer("seed", "N", 0...Int.max, "Play the same calls again: the number a former run showed"),
            .text("directory", "DIR", "Keep the spool and the logs there; otherwise they are removed"),
            .flag("faults", "Let the API fail in the middle"),
        ],
        run: run
    )

    /// Returns success only if exactly the emitted records arrived.
    private static func run(_ invocation: Invocation) async -> ExitCode {
        let plan = DemoPlan(invocation)
        do {
            let directory = try DemoDirectory(invocation.string("directory"))
            let display = DemoDisplay(isInteractive: Terminal.isInteractive(.output))
            Terminal.write(display.headline(plan), to: .output)
            let result = try await Demo(plan, directory).run { Terminal.write(display.progress($0), to: .output) }
            Terminal.write(display.table(result, plan, directory), to: .output)
            return result.isClean ? .success : .failure
        } catch {
            Terminal.complain("\(error)")
            return .unavailable
        }
    }
}
