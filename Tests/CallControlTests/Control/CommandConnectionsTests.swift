import AMI
import Basics
import TestSupport
import Testing

@testable import CallControl

struct CommandConnectionsTests {
    @Test
    func `an action is carried by a connection without events, and its answer comes back`() async throws {
        let manager = ListingManager()
        try await manager.command { commands in
            guard case .answered = await commands.send(try redirect) else { throw Missing() }
            #expect(manager.commands("Redirect").first?["Channel"] == "PJSIP/1001-1")
            #expect(commands.lines.map(\.pending) == [0, 0] && commands.onlineCount == 2)
        }
    }

    @Test
    func `a refusal has the message of the PBX, and a missing right is noted`() async throws {
        let manager = ListingManager()
        manager.change { state in
            state.refusals = ["Redirect": "Channel does not exist"]
            state.refused = ["MuteAudio"]
        }
        try await manager.command { commands in
            guard case .refused("Channel does not exist") = await commands.send(try redirect) else { throw Missing() }
            #expect(commands.may(.system) == false && commands.may(.call) == true && commands.may(.agent) == true)
            manager.change { $0.refused.insert("Redirect") }
            guard case .denied = await commands.send(try redirect) else { throw Missing() }
            #expect(commands.may(.call) == false)
        }
    }

    @Test
    func `an action without an answer is unknown in time, and holds up no others`() async throws {
        let manager = ListingManager()
        manager.change { $0.silent = ["Redirect"] }
        try await manager.command(patience: .milliseconds(300)) { commands in
            async let silent = commands.send(try redirect)
            try await eventually("the action to be sent") { commands.pendingCount == 1 }
            guard case .answered = await commands.send(try AMIAction("Getvar", [("Variable", "X")])) else {
                throw Missing()
            }
            guard case .unknown = try await silent else { throw Missing() }
            #expect(commands.pendingCount == 0)
        }
    }

    @Test
    func `an action whose connection is lost is unknown, and is not sent again`() async throws {
        let manager = ListingManager()
        try await manager.command { commands in
            manager.change { $0.isHungUpAt = "Redirect" }
            guard case .unknown = await commands.send(try redirect) else { throw Missing() }
            manager.change { $0.isHungUpAt = nil }
            try await eventually("both connections again") { manager.logins == 3 && commands.onlineCount == 2 }
            #expect(manager.commands("Redirect").isEmpty)
            guard case .answered = await commands.send(try redirect) else { throw Missing() }
            #expect(manager.commands("Redirect").count == 1)
        }
    }

    @Test
    func `above the bound actions are not sent, and without a connection neither`() async throws {
        let manager = ListingManager()
        manager.change { $0.silent = ["Redirect"] }
        try await manager.command(patience: .milliseconds(500), pendingLimit: 1) { commands in
            async let first = commands.send(try redirect)
            try await eventually("the action to be sent") { commands.pendingCount == 1 }
            guard case .busy = await commands.send(try redirect) else { throw Missing() }
            guard case .unknown = try await first else { throw Missing() }
        }
        #expect(manager.commands("Redirect").count == 1)
        let commands = CommandConnections([], or: manager.client(1), log: CallsTesting.log)
        guard case .down = await commands.send(try redirect) else { throw Missing() }
    }

    @Test
    func `without connections of their own the actions share that of the events`() async throws {
        let manager = ListingManager()
        let listener = try manager.listen()
        let client = manager.client(listener.port)
        let commands = CommandConnections([], or: client, log: CallsTesting.log)
        try await Basics.run([client, commands] as [any Service]) {
            try await eventually("the rights") { commands.may(.system) == true }
            guard case .answered = await commands.send(try redirect) else { throw Missing() }
            #expect(manager.logins == 1 && commands.lines.isEmpty)
        }
        withExtendedLifetime(listener) {}
    }

    @Test
    func `what became of actions is counted`() throws {
        let registry = Registry()
        let metrics = CallsMetrics(registry)
        metrics.commands.note("Redirect", .answered, after: .milliseconds(3))
        metrics.commands.note("Command", .denied, after: .milliseconds(3))
        metrics.commands.note("Redirect", .down, after: .zero)
        let text = registry.render()[...].text
        let name = "asterisk_connector_calls_ami_action"
        #expect(text.contains("\(name)s_total{action=\"Redirect\",result=\"answered\"} 1\n"))
        #expect(text.contains("\(name)s_total{action=\"other\",result=\"denied\"} 1\n"))
        #expect(text.contains("\(name)_seconds_count 2\n"))
    }

    private var redirect: AMIAction {
        get throws {
            try AMIAction("Redirect", [("Channel", "PJSIP/1001-1"), ("Context", "call-hold"), ("Exten", "held")])
        }
    }
}

private struct Missing: Error {}

extension ListingManager {
    fileprivate func client(_ port: UInt16) -> AMIClient {
        var ami = AMIClient.Configuration(
            host: "127.0.0.1",
            port: port,
            credentials: .init(username: "calls", password: Secret("secret"))
        )
        ami.backoff = Backoff(base: .milliseconds(10), cap: .milliseconds(20))
        return AMIClient(ami, log: CallsTesting.log)
    }

    /// Has two connections for commands while `body` runs, once the rights were asked for.
    fileprivate func command(
        patience: Duration = .seconds(30),
        pendingLimit: Int = 256,
        _ body: @escaping @Sendable (CommandConnections) async throws -> Void
    ) async throws {
        let listener = try listen()
        var configuration = CommandConnections.Configuration()
        configuration.patience = patience
        configuration.pendingLimit = pendingLimit
        configuration.tick = .milliseconds(10)
        let commands = CommandConnections(
            [client(listener.port), client(listener.port)],
            or: client(listener.port),
            configuration,
            log: CallsTesting.log
        )
        try await Basics.run([commands]) {
            try await eventually("the rights") { commands.onlineCount == 2 && commands.may(.system) != nil }
            try await body(commands)
        }
        withExtendedLifetime(listener) {}
    }
}
