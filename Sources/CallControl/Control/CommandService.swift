import Basics
import HTTP
import LiveCalls

/// Controls calls, agents and queues for clients.
///
/// **Order of the checks.** Whether the caller sees the call (404), whether the live state is true (503), whether the
/// caller may (403), whether another command is at work (409), whether the state of the call allows it (409). Nothing is
/// sent before all of them.
final class CommandService: Sendable {
    struct Configuration: Sendable {
        var contexts = CallActions.Contexts()
        var holdMethod = HoldMethod.redirect
        /// How an agent's phone is dialled; `{extension}` is replaced.
        var channelTemplate = "PJSIP/{extension}"
        var recordTemplate = "{date}/{callId}.wav"
        /// Where calls are made, and which other contexts a request may name.
        var context = "from-internal"
        var otherContexts: [String] = []
        /// Names of variables that a request may set.
        var variables = ["CALLERID", "TRANSFER_ID"]
        var ringTime = Duration.seconds(30)
        var isExtension: @Sendable (String) -> Bool = { _ in true }
        /// How long a phone may take to do what a NOTIFY asks for.
        var phoneTime = Duration.seconds(3)

        init() {}
    }

    let live: LiveState
    let commands: CommandConnections
    let locks = CommandLocks()
    let configuration: Configuration
    let log: Logger
    private let look: @Sendable (Duration) async -> Bool

    /// - Parameter look: compares the live state with the PBX; false when that was not possible in time.
    init(
        _ live: LiveState,
        _ commands: CommandConnections,
        _ configuration: Configuration,
        log: Logger,
        look: @escaping @Sendable (Duration) async -> Bool
    ) {
        self.live = live
        self.commands = commands
        self.configuration = configuration
        self.log = log
        self.look = look
    }

    /// What sends the actions of a command that begins now.
    func run(until sendUntil: ContinuousClock.Instant = .now + CommandLocks.sending) -> CommandRun {
        CommandRun(commands: commands, live: live, look: look, sendUntil: sendUntil)
    }

    /// Throws unless the live state is that of the PBX, which every change needs.
    func checkSync() throws(RequestFailure) {
        switch live.sync {
        case .synced: break
        case .syncing: throw CallsFailure.syncing.because("The lists of the PBX are being read", retryAfter: 1)
        case .waiting, .down: throw CallsFailure.pbxDown.because("The PBX is not connected", retryAfter: 5)
        }
    }

    /// A call that a caller may control, for an extension that is in it.
    ///
    /// - Parameter wanted: the extension that the request names; `nil` for the caller's own, then any that fits.
    func target(
        _ id: String,
        _ caller: Caller,
        _ permission: CallPermission,
        for wanted: String? = nil
    ) throws(RequestFailure) -> CommandTarget {
        let viewer = EventViewer(caller.account)
        let found = live.read { model -> LiveCall? in
            guard let id = model.resolve(call: LiveModel.id(id)), let call = model.call(id[...]), viewer.sees(call)
            else { return nil }
            return call
        }
        guard let call = found else { throw CallsFailure.callNotFound.because("Call not found") }
        if call.endedAt == nil { try checkSync() }
        let name = try actor(caller.account, call, permission, wanted)
        return live.read { model in CommandTarget(call, extension: name, in: model) }
    }

    /// The extension for which a caller acts.
    private func actor(
        _ account: Account,
        _ call: LiveCall,
        _ permission: CallPermission,
        _ wanted: String?
    ) throws(RequestFailure) -> String {
        let there = call.agentExtensions.map { $0[...].text }
        if let wanted, !there.contains(wanted) {
            throw RequestFields.failure("extension: \(wanted.prefix(40)) is not in this call")
        }
        let preferred = [account.extension, call.extension[...].text].filter { there.contains($0) }
        let candidates = wanted.map { [$0] } ?? preferred + there
        if let name = candidates.first(where: { account.may(permission, callOf: $0) }) { return name }
        if candidates.isEmpty, account.role >= .admin { return "" }
        guard candidates.contains(account.extension), !account.extension.isEmpty else {
            throw CallsFailure.forbidden.because("Call belongs to another extension")
        }
        throw CallsFailure.forbidden.because("Permission \(permission.rawValue) is missing")
    }

    /// Runs a command as the only one for its call.
    func alone<Result: Sendable>(
        on target: CommandTarget,
        _ body: (CommandRun) async throws(RequestFailure) -> Result
    ) async throws(RequestFailure) -> Result {
        guard let token = locks.take(target.call.id) else {
            throw CallsFailure.busy.because("Another command for this call is at work", retryAfter: 1)
        }
        defer { locks.release(token) }
        return try await body(run(until: token.sendUntil))
    }
}

/// How calls are held.
package enum HoldMethod: String, Sendable, CaseIterable {
    /// Both channels leave their bridge; works with every phone.
    case redirect
    /// The phone is asked to hold.
    case notify
    case off
}
