package import Basics

/// The state machine of one connection to Asterisk, without I/O: events go in, effects come out.
///
/// The order of a session: greeting, challenge, login (MD5, or plain when the challenge is refused), online. It does
/// not wait for FullyBooted: a user without the class `system` never gets it (main/manager.c, action_login).
package struct ConnectionState: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Credentials: Sendable {
        package let username: String
        package let password: Secret

        package init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    /// An instruction to the owner of the socket.
    package enum Effect {
        case write([UInt8])
        /// Logged in; `greeting` is Asterisk's first line.
        case online(greeting: String)
        /// The complete answer to an action.
        case reply(id: String, Result<AMIReply, AMIError>)
        /// A ping was answered.
        case pong(after: Duration)
        case close(AMIError)
    }

    package struct Timing: Sendable {
        /// The limit for the greeting and for each step of the login, from its start: bytes that are not an answer do
        /// not extend it; a refusal takes Asterisk a second.
        package var login = Duration.seconds(10)
        /// How long the peer may send no message before a ping is sent.
        package var quiet = Duration.seconds(10)
        /// How long the peer may send no message after a ping.
        package var pong = Duration.seconds(5)

        package init() {}
    }

    private enum Phase: Equatable {
        case greeting
        case challenge
        case login
        case online
        case closed
    }

    private struct Outstanding {
        let action: AMIAction
        let deadline: Instant
        var response: AMIMessage?
        var items: [AMIMessage] = []
        var itemBytes = 0
    }

    /// The most items of a list, and their most bytes: a PBX with 10,000 channels needs less than half.
    package static let longestList = (items: 50_000, bytes: 32 << 20)

    private let credentials: Credentials
    private let timing: Timing
    private let eventMask: String
    private var phase = Phase.greeting
    private var phaseBegan: Instant
    private var greeting = ""
    private var lastReceived: Instant
    private var pingSent: Instant?
    private var lastID = 0
    private var outstanding: [String: Outstanding] = [:]
    /// No action's deadline is earlier; computed again when it has passed, because most answers come long before.
    private var earliestDeadline: Instant?

    /// - Parameter eventMask: the classes of events that the login requests, separated by commas; `off` for none.
    package init(credentials: Credentials, timing: Timing = Timing(), eventMask: String = "cdr,call", now: Instant) {
        self.credentials = credentials
        self.timing = timing
        self.eventMask = eventMask
        phaseBegan = now
        lastReceived = now
    }

    /// The connection is established: the time for the greeting begins now.
    package mutating func connected(at now: Instant) {
        phaseBegan = now
        lastReceived = now
    }

    package var isOnline: Bool { phase == .online }

    /// Whether an event may belong to a pending answer.
    package var awaitsItems: Bool { outstanding.contains { $0.value.action.isList } }

    /// When `tick` is due at the latest.
    package var deadline: Instant {
        switch phase {
        case .greeting, .challenge, .login: phaseBegan + timing.login
        case .online: min(peerDeadline, earliestDeadline ?? peerDeadline)
        case .closed: lastReceived + .seconds(3600)
        }
    }

    /// When a ping is due, or the answer to one.
    private var peerDeadline: Instant { unansweredPing.map { $0 + timing.pong } ?? lastReceived + timing.quiet }

    /// When the ping was sent after which no message has arrived.
    private var unansweredPing: Instant? { pingSent.flatMap { $0 >= lastReceived ? $0 : nil } }

    /// A complete message of any kind arrived: the peer is alive.
    ///
    /// Bytes that do not form a message prove nothing.
    package mutating func received(at now: Instant) { lastReceived = now }

    /// This process or machine stood still, and no bytes wait to be read: sends a ping to check whether the peer is
    /// alive.
    package mutating func stoodStill(at now: Instant) -> [Effect] {
        guard phase == .online else { return [] }
        pingSent = now
        return [.write(Self.pingRequest)]
    }

    /// Checks the deadlines: fails actions without an answer, sends a ping, or closes the connection.
    package mutating func tick(at now: Instant) -> [Effect] {
        guard now >= deadline else { return [] }
        let failed = failUnanswered(at: now)
        guard phase != .online || now >= peerDeadline else { return failed }
        return failed + checkPeer(at: now)
    }

    private mutating func failUnanswered(at now: Instant) -> [Effect] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        let unanswered = outstanding.filter { $0.value.deadline <= now }.sorted { $0.key < $1.key }
        for (id, _) in unanswered { outstanding[id] = nil }
        earliestDeadline = outstanding.values.map(\.deadline).min()
        return unanswered.map { .reply(id: $0, .failure(.unanswered(action: $1.action.name))) }
    }

    private mutating func checkPeer(at now: Instant) -> [Effect] {
        switch phase {
        case .greeting: return close(.silent("no greeting from Asterisk in \(timing.login)"))
        case .challenge, .login: return close(.silent("no answer to the login in \(timing.login)"))
        case .online where unansweredPing != nil:
            return close(.silent("no answer to a ping in \(timing.pong)"))
        case .online:
            pingSent = now
            return [.write(Self.pingRequest)]
        case .closed: return []
        }
    }

    /// Handles a message; unsolicited events are not passed to this.
    package mutating func received(_ message: AMIMessage, at now: Instant) -> [Effect] {
        let before = phase
        defer { if phase != before { phaseBegan = now } }
        return switch phase {
        case .greeting: greeted(with: message)
        case .challenge: challenged(by: message)
        case .login: answered(login: message)
        case .online: online(message, at: now)
        case .closed: []
        }
    }

    /// Sends an action; its answer comes as `reply` with the identifier returned here, a failure at `deadline`.
    package mutating func send(_ action: AMIAction, until deadline: Instant) -> (id: String, effects: [Effect]) {
        lastID += 1
        let id = "asterisk-connector-\(lastID)"
        guard phase == .online else { return (id, [.reply(id: id, .failure(.notConnected))]) }
        outstanding[id] = Outstanding(action: action, deadline: deadline)
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
        return (id, [.write(action.encoded(id: id))])
    }

    /// The connection ended, by either side: pending actions fail.
    package mutating func ended() -> [Effect] {
        phase = .closed
        defer { outstanding = [:] }
        return outstanding.sorted { $0.key < $1.key }.map { id, request in
            .reply(id: id, .failure(.connectionLost(action: request.action.name)))
        }
    }

    /// Converts the end of the stream to an error that shows at which step it came.
    package func reason(for error: NetworkError) -> AMIError {
        phase == .greeting && error == .closed ? .closedUngreeted : .network(error)
    }

    /// What to write before an orderly end; `nil` when not logged in.
    package var farewell: [UInt8]? { phase == .online ? Self.logoffRequest : nil }

    private static let pingRequest = Array("Action: Ping\r\nActionID: ping\r\n\r\n".utf8)
    private static let logoffRequest = Array("Action: Logoff\r\n\r\n".utf8)

    private mutating func greeted(with message: AMIMessage) -> [Effect] {
        let text = message.bytes.prefix { $0 != ASCII.carriageReturn && $0 != ASCII.newline }.text
        guard text.hasPrefix("Asterisk") else {
            return close(.notAsterisk(greeting: String(text.prefix(80))))
        }
        greeting = text
        phase = .challenge
        return request("Challenge", [("AuthType", "MD5")])
    }

    private mutating func challenged(by message: AMIMessage) -> [Effect] {
        guard message.kind == .response else { return [] }
        phase = .login
        let events = (name: "Events", value: eventMask)
        guard let challenge = message[.challenge], !challenge.isEmpty else {
            return request(
                "Login",
                [("Username", credentials.username), ("Secret", credentials.password.revealed), events]
            )
        }
        let key = Digest.md5(Array(challenge) + Array(credentials.password.revealed.utf8))
        let hexadecimal = String(decoding: ASCII.hexadecimal(key), as: UTF8.self)
        return request(
            "Login",
            [("AuthType", "MD5"), ("Username", credentials.username), ("Key", hexadecimal), events]
        )
    }

    private mutating func answered(login message: AMIMessage) -> [Effect] {
        guard message.kind == .response else { return [] }
        guard message[.response]?.equalsIgnoringCase("success") == true else {
            return close(refused(message[.message]?.text ?? "no reason given"))
        }
        phase = .online
        return [.online(greeting: greeting)]
    }

    private mutating func online(_ message: AMIMessage, at now: Instant) -> [Effect] {
        guard let id = message[.actionID]?.text else { return [] }
        if id == "ping", message.kind == .response {
            let sent = pingSent ?? now
            pingSent = nil
            return [.pong(after: now - sent)]
        }
        guard outstanding[id] != nil else { return [] }
        let stage = message[.eventList]
        if message.kind != .response, stage?.equalsIgnoringCase("complete") != true {
            return append(message, to: id)
        }
        guard var request = outstanding[id] else { return [] }
        if message.kind == .response {
            request.response = message
            let failed = message[.response]?.equalsIgnoringCase("error") == true
            guard failed || !request.action.isList || stage?.equalsIgnoringCase("start") != true else {
                outstanding[id] = request
                return []
            }
        }
        outstanding[id] = nil
        return [.reply(id: id, result(of: request, end: message.kind == .response ? nil : message))]
    }

    /// Keeps an item of a list, modified in place: taking the list out and putting it back would copy it for each item.
    private mutating func append(_ item: AMIMessage, to id: String) -> [Effect] {
        guard let known = outstanding[id]?.items.count, let bytes = outstanding[id]?.itemBytes,
            known < Self.longestList.items, item.bytes.count <= Self.longestList.bytes - bytes
        else {
            let action = outstanding.removeValue(forKey: id)?.action.name ?? ""
            return [.reply(id: id, .failure(.listTooLong(action: action)))]
        }
        outstanding[id]?.items.append(item)
        outstanding[id]?.itemBytes += item.bytes.count
        return []
    }

    private func result(of request: Outstanding, end: AMIMessage?) -> Result<AMIReply, AMIError> {
        guard let response = request.response else { return .failure(.notConnected) }
        guard response[.response]?.equalsIgnoringCase("error") != true else {
            let message = response[.message]?.text ?? "no reason given"
            return .failure(.actionRefused(action: request.action.name, message: message))
        }
        return .success(AMIReply(response: response, items: request.items, end: end))
    }

    /// A step of the login, or its failure when a value cannot be sent.
    private mutating func request(_ name: String, _ headers: [(name: String, value: String)]) -> [Effect] {
        do throws(AMIError) {
            return [.write(try AMIAction(name, headers).encoded(id: "login"))]
        } catch {
            return close(error)
        }
    }

    private func refused(_ message: String) -> AMIError {
        let shown = Redaction([credentials.password]).applied(to: message)
        return .loginRefused(user: credentials.username, message: shown)
    }

    private mutating func close(_ error: AMIError) -> [Effect] {
        let failed = ended()
        return failed + [.close(error)]
    }
}
