import Basics
package import Daemon

/// `simulate api`: an API that receives records and checks them.
package enum SimulateAPICommand {
    package static let command = Command(
        "simulate api",
        summary: "Play an API that takes records",
        discussion: "Runs until SIGTERM or SIGINT. Answers like the real API, or as --behaviour says.",
        options: [
            .integer("port", "N", 0...65535, default: 8080, "The TCP port; 0 is any free one"),
            .text("bind", "ADDRESS", default: "127.0.0.1", "The address to listen on"),
            .text("log", "FILE", "Write what was received to this file, one line for each record"),
            .text("token", "TEXT", "Accept only requests with this key"),
            .text("behaviour", "JSON", "How to answer: delays, errors and cut connections"),
            .flag("counting", "Only count what comes, and keep none of it"),
        ],
        run: run
    )

    /// Receives until a signal arrives; then writes its statistics as JSON.
    private static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        var configuration = SimulatedAPI.Configuration()
        configuration.host = invocation.string("bind") ?? configuration.host
        configuration.port = UInt16(clamping: invocation.integer("port") ?? 0)
        configuration.logFile = invocation.string("log")
        configuration.token = invocation.string("token").map { Secret($0) }
        configuration.countsOnly = invocation.flag("counting")
        do {
            if let behaviour = invocation.string("behaviour") {
                configuration.behaviour = try Behaviour(JSONParser.parse(behaviour))
            }
        } catch {
            Terminal.complain("--behaviour: \(error)")
            return .usage
        }
        let settings = configuration
        let started = try await Thread.run("api-start") { Result { try SimulatedAPI(settings) } }
        do {
            let api = try started.get()
            Terminal.write("simulated API on http://\(settings.host):\(api.port)/v1\n", to: .output)
            await untilSignalled { try? await Task.sleep(for: .seconds(1 << 30)) }
            try await Thread.run("api-stop") { api.stop() }
            Terminal.write(String(decoding: api.statistics.json, as: UTF8.self) + "\n", to: .output)
            return .success
        } catch {
            Terminal.complain("\(error)")
            return .unavailable
        }
    }
}
