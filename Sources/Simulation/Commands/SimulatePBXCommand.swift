import Basics
package import Daemon
import Glibc

/// `simulate pbx`: a PBX that speaks AMI and plays calls.
package enum SimulatePBXCommand {
    package static let command = Command(
        "simulate pbx",
        summary: "Play a PBX that speaks AMI",
        discussion:
            "Runs until all calls are played, or until SIGTERM or SIGINT. Accepts clients that log in and plays calls to "
            + "them as Asterisk would.",
        options: [
            .integer("port", "N", 0...65535, default: 5038, "The TCP port; 0 is any free one"),
            .text("bind", "ADDRESS", default: "127.0.0.1", "The address to listen on"),
            .text("username", "NAME", default: "connector", "The user that may log in"),
            .text("secret", "TEXT", default: "simulated", "The secret of that user, not one of a real PBX"),
            .integer("calls", "N", 0...Int.max, default: 0, "How many calls to play; 0 is without end"),
            .integer("rate", "EVENTS_PER_SECOND", 0...1_000_000, default: 20, "How fast; 0 is line speed"),
            .integer("seed", "N", 0...Int.max, "Play the same calls again"),
            .text("zone", "NAME", default: "UTC", "The IANA time zone of the PBX"),
            .text("log", "FILE", "Write what was played to this file, one line for each record"),
            .flag("wait-for-login", "Play only once a client is logged in"),
            .flag("prerender", "Make all events first, then send them: for measuring"),
            .list("fault", "SPEC", "Something that goes wrong"),
            .flag("live", "A PBX with state, which obeys actions, in place of prepared calls"),
            .integer("agents", "N", 1...1000, default: 10, "With --live: how many phones, from 1001 on"),
            .integer("queues", "N", 0...50, default: 3, "With --live: how many queues, from q600 on"),
            .integer("calls-per-minute", "N", 0...6000, default: 12, "With --live: calls that begin by themselves"),
            .text(
                "write",
                "CLASSES",
                default: "system,call,agent,originate,reporting",
                "With --live: what the user may do, as in manager.conf"
            ),
            .flag("no-mappings", "Send CDRs as without mappings in cdr_manager.conf"),
            .flag("no-timestamps", "Send events as without timestampevents in manager.conf"),
        ],
        run: run
    )

    /// Plays until all calls were played or a signal arrives; then writes its statistics as JSON.
    private static func run(_ invocation: Invocation) async -> ExitCode {
        do {
            let pbx = try SimulatedPBX(try configuration(invocation))
            try await pbx.start()
            Terminal.write(
                "simulated PBX on \(invocation.string("bind") ?? ""):\(pbx.port), user \(invocation.string("username") ?? "")"
                    + ", secret \(invocation.string("secret") ?? "")\n",
                to: .output
            )
            let calls = invocation.integer("calls").flatMap { $0 > 0 ? $0 : nil }
            let rate = invocation.integer("rate").flatMap { $0 > 0 ? Double($0) : nil }
            let waits = invocation.flag("wait-for-login")
            await untilSignalled {
                while waits && pbx.sessions == 0 && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
                _ = try? await pbx.play(calls: calls, rate: rate)
            }
            await pbx.stop()
            Terminal.write(String(decoding: pbx.statistics.json, as: UTF8.self) + "\n", to: .output)
            return .success
        } catch let error as UsageProblem {
            Terminal.complain("\(error)")
            return .usage
        } catch {
            Terminal.complain("\(error)")
            return .unavailable
        }
    }

    private struct UsageProblem: Error, CustomStringConvertible {
        let description: String
    }

    private static func configuration(_ invocation: Invocation) throws -> PBXConfiguration {
        var configuration = PBXConfiguration()
        configuration.host = invocation.string("bind") ?? configuration.host
        configuration.port = UInt16(clamping: invocation.integer("port") ?? 0)
        configuration.users = [
            PBXUser(
                name: invocation.string("username") ?? "",
                secret: Secret(invocation.string("secret") ?? ""),
                read: invocation.flag("live") ? [.system, .call, .agent, .user, .dtmf] : [.cdr, .call],
                write: invocation.flag("live") ? PBXEventClass(permissions: invocation.string("write") ?? "") : []
            )
        ]
        if invocation.flag("live") {
            var options = ExchangeOptions()
            options.agents = invocation.integer("agents") ?? options.agents
            options.queues = invocation.integer("queues") ?? options.queues
            options.callsPerMinute = invocation.integer("calls-per-minute") ?? 0
            configuration.live = options
        }
        configuration.seed = UInt64(invocation.integer("seed") ?? Int.random(in: 0...Int.max))
        configuration.prerenders = invocation.flag("prerender")
        configuration.emissionLogPath = invocation.string("log")
        if let zone = invocation.string("zone") { configuration.dialect.zone = try TimeZoneRules(named: zone) }
        if invocation.flag("no-mappings") { configuration.dialect.mappings = [] }
        if invocation.flag("no-timestamps") { configuration.dialect.timestampsEvents = false }
        configuration.faults = try invocation.strings("fault").map { text in
            guard let fault = PBXFault(text) else {
                throw UsageProblem(description: "--fault '\(text)' is none; give one of: \(PBXFault.forms)")
            }
            return fault
        }
        return configuration
    }
}

/// Runs `body` until it ends; SIGTERM or SIGINT cancels it.
func untilSignalled(_ body: @escaping @Sendable () async -> Void) async {
    let signals = await Signals.stream(SIGTERM, SIGINT)
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await body() }
        group.addTask {
            var iterator = signals.makeAsyncIterator()
            _ = await iterator.next(isolation: nil)
        }
        await group.next()
        group.cancelAll()
    }
}
