import Basics
import Simulation

/// `simulate api`: an API that takes records and checks them.
enum SimulateAPICommand {
    /// Receives until a signal comes; then shows its statistics as JSON.
    static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
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
            Terminal.write("asterisk-connector: --behaviour: \(error)\n", to: .errors)
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
            Terminal.write("asterisk-connector: \(error)\n", to: .errors)
            return .unavailable
        }
    }
}
