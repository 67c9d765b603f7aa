import Basics
import Daemon
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// Transfers beside a simulated PBX whose people answer within a second; nobody answers 1005.
///
/// anna has the phone 1001 and may do everything, otto has 1002 and may do nothing, mara's team is 1001, adam is an
/// administrator.
final class TransferTesting: Sendable {
    let configuration: CallsConfiguration
    let pbx: SimulatedPBX
    private let directory = TemporaryDirectory()

    init(
        patience: Int = 20_000,
        ringTime: Duration = .seconds(30),
        agents: Int = 7,
        silent: [String] = ["1005"]
    ) async throws {
        var options = ExchangeOptions()
        options.agents = agents
        options.queues = 2
        options.ringSeconds = 0...0
        options.busyOnceIn = 0
        options.unansweredOnceIn = 0
        options.patienceSeconds = 300...300
        options.silentPhones = silent
        options.unregistered = 1
        var simulated = PBXConfiguration()
        simulated.live = options
        simulated.writeTimeout = .seconds(100)
        simulated.users = [
            PBXUser(
                name: "calls",
                secret: Secret("secret"),
                read: [.system, .call, .agent, .user],
                write: PBXEventClass(permissions: "system,call,agent,originate,reporting")
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
        configuration.ringTime = ringTime
        configuration.tokenSecret = Secret("a-key-of-tokens-that-has-thirty-two-bytes")
        configuration.database = directory.file("calls.db")
        self.configuration = configuration
        let store = try CallsStore(path: configuration.database)
        let hash = try #require(PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        for account in [
            Account("anna", .agent, extension: "1001", permissions: [.makeCalls, .transferCalls, .holdCalls]),
            Account("otto", .agent, extension: "1002"), Account("mara", .manager, team: ["1001"]),
            Account("adam", .admin),
        ] { try store.register(account, hash, at: .now()) }
    }

    /// Lets time pass at the PBX while `body` runs.
    func play(_ body: () async throws -> Void) async throws {
        let playing = Task { [pbx] in try await pbx.play() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        playing.cancel()
        await pbx.stop()
        _ = await playing.result
        try result.get()
    }

    /// Runs the service while `body` does; the PBX goes on after it.
    func serve(_ body: @escaping @Sendable (ControlClient) async throws -> Void) async throws {
        try await isFree()
        let feature = try await CallsFeature(configuration, metrics: CallsMetrics(), log: CallsTesting.log)
        let port = try CallsPort(configuration, feature, log: CallsTesting.log)
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
    }

    /// Waits until the service before has let go of the database.
    func isFree() async throws {
        try await eventually("the database to be free") {
            do { _ = try CallsStore(path: configuration.database) } catch CallsStoreError.locked { return false }
            return true
        }
    }

    func run(_ body: @escaping @Sendable (ControlClient) async throws -> Void) async throws {
        try await play { try await serve(body) }
    }
}

extension ControlClient {
    func transfers(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        as name: String = "anna"
    ) async throws -> CallsClient.Answer {
        try await http.send(method, "/api/enhanced-transfers\(path)", tokens[name] ?? "", body: body)
    }

    /// Begins a transfer; returns its id.
    func transfer(_ call: String, _ type: String, _ target: String, as name: String = "anna") async throws -> String {
        let answer = try await transfers(.post, "/\(type)", #"{"callId":"\#(call)","target":"\#(target)"}"#, as: name)
        #expect(answer.status == 202, "\(answer.text)")
        return try #require(answer.json?["transferId"]?.string)
    }

    func record(_ id: String) async throws -> TransferRecord {
        try await feature.transfers.find(
            id,
            for: Caller(account: Account("test", .superuser), session: "", place: "", expiry: .now())
        )
    }

    /// Waits for a state; fails at once when the transfer has ended in another one.
    @discardableResult
    func reaches(_ state: TransferState, _ id: String) async throws -> TransferRecord {
        try await eventually("\(id) to be \(state)") {
            let transfer = try await record(id).transfer
            return transfer.state == state || transfer.state.isEnded
        }
        let last = try await record(id)
        #expect(last.transfer.state == state, "\(last.transfer.history) \(String(describing: last.transfer.result))")
        return last
    }

    /// Hangs up a party, as its phone does.
    func hangUp(_ party: TransferParty, of id: String) async throws {
        let channel = try await record(id).channel(of: party)
        let address = feature.live.read { model in model.channel(LiveModel.id(channel))?.address }
        _ = await feature.commands.send(try CallActions.hangUp(try #require(address)))
    }

    /// Waits until two parties talk.
    func talks(_ one: TransferParty, _ other: TransferParty, _ id: String) async throws {
        let last = try await record(id)
        let (first, second) = (last.channel(of: one), last.channel(of: other))
        try await eventually("\(one) and \(other) to talk") {
            feature.live.read { $0.areTogether(LiveModel.id(first), LiveModel.id(second)) }
        }
    }

    /// Waits until the customer talks with an extension.
    func customerTalks(with name: String, _ id: String) async throws {
        let customer = try await record(id).customer
        try await eventually("the customer to talk with \(name)") {
            feature.live.read { $0.partner(ofChannel: LiveModel.id(customer))?.extension[...].text == name }
        }
    }

    /// Waits until no call is left.
    func isQuiet() async throws {
        try await eventually("all calls to end") { feature.live.read { $0.liveCalls.isEmpty } }
    }

    func isThere(_ party: TransferParty, of id: String) async throws -> Bool {
        let channel = try await record(id).channel(of: party)
        return feature.live.read { $0.channel(LiveModel.id(channel)) != nil }
    }
}
