import Basics
import Daemon
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// The service in this process, beside a simulated PBX with phones and a queue.
///
/// anna has the phone 1001 and may do everything, otto has 1002 and may do nothing, mara's team is 1001, adam is an
/// administrator.
final class ControlTesting: Sendable {
    let configuration: CallsConfiguration
    let pbx: SimulatedPBX
    private let directory = TemporaryDirectory()

    init(
        patience: Int = 20_000,
        write: String = "system,call,agent,originate,reporting",
        _ change: (inout CallsConfiguration) -> Void = { _ in }
    ) async throws {
        var options = ExchangeOptions()
        options.agents = 4
        options.queues = 2
        options.ringSeconds = 1...1
        options.busyOnceIn = 0
        options.unansweredOnceIn = 0
        options.unregistered = 1
        var simulated = PBXConfiguration()
        simulated.live = options
        simulated.writeTimeout = .seconds(100)
        simulated.users = [
            PBXUser(
                name: "calls",
                secret: Secret("secret"),
                read: [.system, .call, .agent, .user, .dtmf],
                write: PBXEventClass(permissions: write)
            )
        ]
        pbx = try SimulatedPBX(simulated)
        try await pbx.start()
        var configuration = CallsConfiguration()
        configuration.port = 0
        configuration.ami.host = "127.0.0.1"
        configuration.ami.port = pbx.port
        configuration.ami.username = "calls"
        configuration.ami.password = Secret("secret")
        configuration.actionTimeout = patience
        configuration.tokenSecret = Secret("a-key-of-tokens-that-has-thirty-two-bytes")
        configuration.database = directory.file("calls.db")
        change(&configuration)
        self.configuration = configuration
        let store = try CallsStore(path: configuration.database)
        let hash = try #require(PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        for account in [
            Account("anna", .agent, extension: "1001", permissions: [.all]), Account("otto", .agent, extension: "1002"),
            Account("mara", .manager, team: ["1001"]), Account("adam", .admin),
        ] { try store.register(account, hash, at: .now()) }
    }

    /// Runs the service while `body` does.
    func run(_ body: @escaping @Sendable (ControlClient) async throws -> Void) async throws {
        let feature = try await CallsFeature(configuration, metrics: CallsMetrics(), log: CallsTesting.log)
        let port = try CallsPort(configuration, feature, log: CallsTesting.log)
        let playing = Task { [pbx] in try await pbx.play() }
        try await Basics.run(feature.services + [port]) {
            try await eventually("the live state and the rights") {
                feature.problems.isEmpty && feature.commands.may(.system) != nil
            }
            let http = try CallsClient(port.port)
            var tokens: [String: String] = [:]
            for name in ["anna", "otto", "mara", "adam"] { tokens[name] = try await http.login(name) }
            try await body(ControlClient(http: http, tokens: tokens, feature: feature))
            await http.close()
        }
        playing.cancel()
        await pbx.stop()
        _ = await playing.result
    }
}

/// The users of the service, as clients.
struct ControlClient: Sendable {
    let http: CallsClient
    let tokens: [String: String]
    let feature: CallsFeature

    func send(
        _ name: String,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        key: String? = nil
    ) async throws -> CallsClient.Answer {
        let headers: HTTPHeaders = key.map { ["Idempotency-Key": $0] } ?? [:]
        return try await http.send(method, "/api/ami\(path)", tokens[name] ?? "", headers, body: body)
    }

    /// Does something to a call.
    func call(
        _ id: String,
        _ command: String,
        _ body: String = "",
        as name: String = "anna"
    ) async throws -> CallsClient.Answer {
        let method: HTTPRequest.Method = ["hold", "unhold"].contains(command) ? .put : .post
        return try await send(name, method, "/calls/\(id)/\(command)", body)
    }

    /// A call of 1001 with another phone, once both talk.
    func talk(to number: String = "1003", _ more: String = "") async throws -> String {
        let body = #"{"extension":"1001","number":"\#(number)"\#(more)}"#
        let answer = try await send("anna", .post, "/calls/originate", body)
        #expect(answer.status == 202, "\(answer.text)")
        let id = try #require(answer.json?["callId"]?.string)
        try await waits(for: .up, id) { $0.answeredAt != nil }
        return id
    }

    func waits(
        for state: LiveCall.State,
        _ id: String,
        _ holds: @escaping @Sendable (LiveCall) -> Bool = { _ in true }
    ) async throws {
        let call = await feature.live.outcome(until: .now + .seconds(120)) { model -> LiveCall? in
            model.call(LiveModel.id(id)).flatMap { $0.state == state && holds($0) ? $0 : nil }
        }
        _ = try #require(call, "\(id) is not \(state)")
    }

    func state(_ id: String) -> LiveCall.State? {
        feature.live.read { model in model.call(LiveModel.id(id))?.state }
    }
}

extension CallsClient.Answer {
    /// The state of the call in the answer.
    var state: String? { json?["call"]?["state"]?.string }
}
