package import Basics

/// How a session ended.
package enum AGIOutcome: String, Sendable, CaseIterable {
    /// Asterisk confirmed all variables of the handler's answer.
    case answered
    /// The same of the fallback, because the handler was late.
    case fallback
    /// Asterisk closed the connection before it had confirmed all variables.
    case incomplete
    /// The call ended before the answer.
    case hungUp = "hung_up"
    /// Asterisk did not send in time what was due.
    case silent
    /// The peer does not speak as an Asterisk does.
    case invalid
    /// There were too many sessions.
    case refused
    /// The server stopped before the end.
    case stopped
}

/// One session of FastAGI on the server's side, as a value without I/O and clock.
///
/// Put received bytes into `receive`, then do what `next` says until it is `nil`. Asterisk answers a command only when
/// it has read to the end of what it got, so variables are asked for one by one, each after the last reply. The
/// answer's commands go in one write, followed by the end of the sending direction: Asterisk then runs all of them.
package struct AGISession: Sendable {
    package enum Step: Sendable, Equatable {
        /// The head is complete: say with `ask` which channel variables are needed.
        case request(AGIRequest)
        case send(Bytes)
        /// Everything is known: decide, and call `answer`, now or later.
        case decide(AGIRequest, variables: [String: String])
        /// Send this, then end the sending direction.
        case finish(Bytes)
        /// Close the connection.
        case end(AGIOutcome)
    }

    private enum Phase {
        case head, choosing, asking, deciding, setting, draining, ended
    }

    /// The most variables that are asked for.
    package static let maximumQuestions = 32
    /// The most lines that are no replies.
    private static let maximumStrays = 128

    private let isOneWrite: Bool
    private var head = AGIHeadDecoder()
    private var replies = AGIReplyDecoder()
    private var phase = Phase.head
    private var request = AGIRequest([])
    private var questions: ArraySlice<String> = []
    private var variables: [String: String] = [:]
    /// Whether a command waits for its reply.
    private var isWaiting = false
    private var strays = 0
    private var commands: Bytes = []
    private var unconfirmed = 0
    private var isFallback = false
    private var pending: Step?

    /// - Parameter isOneWrite: false sends each command of the answer after the reply to the last one.
    package init(isOneWrite: Bool = true) { self.isOneWrite = isOneWrite }

    /// Whether `answer` is due.
    package var isDeciding: Bool { phase == .deciding }

    package mutating func receive(_ bytes: Bytes) {
        guard phase == .head else {
            if phase != .ended { replies.append(bytes) }
            return
        }
        switch head.append(bytes) {
        case .incomplete: break
        case .invalid: end(.invalid)
        case .complete(let request, let rest):
            self.request = request
            head = AGIHeadDecoder()
            if !rest.isEmpty { replies.append(rest) }
            phase = .choosing
            pending = .request(request)
        }
    }

    /// Says which channel variables to read; answers `Step.request`.
    ///
    /// A name that cannot be sent, and a name after the 32nd, counts as a variable that is not set.
    package mutating func ask(_ names: [String]) {
        guard phase == .choosing else { return }
        questions = names.prefix(Self.maximumQuestions)
        phase = .asking
    }

    /// Answers `Step.decide`; ignored at any other time.
    package mutating func answer(_ answer: AGIAnswer, isFallback: Bool = false) {
        guard phase == .deciding else { return }
        self.isFallback = isFallback
        unconfirmed = answer.count
        commands = answer.bytes[...]
        phase = .setting
    }

    /// Asterisk closed the connection, or it broke.
    package mutating func close() {
        switch phase {
        case .draining where unconfirmed > 0: end(.incomplete)
        case .draining: end(isFallback ? .fallback : .answered)
        case .ended: break
        default: end(.hungUp)
        }
    }

    /// What to do next; `nil` when something must come first.
    package mutating func next() -> Step? {
        if let step = pending {
            pending = nil
            return step
        }
        switch phase {
        case .head, .choosing, .ended: return nil
        case .asking: return ask()
        case .deciding: return wait()
        case .setting: return set()
        case .draining: return drain()
        }
    }

    private mutating func end(_ outcome: AGIOutcome) {
        phase = .ended
        pending = .end(outcome)
    }

    private mutating func ended(_ outcome: AGIOutcome) -> Step {
        phase = .ended
        return .end(outcome)
    }

    private mutating func ask() -> Step? {
        while let name = questions.first {
            guard isWaiting else {
                guard let line = try? AGICommand.getVariable(name).encoded() else {
                    questions.removeFirst()
                    continue
                }
                isWaiting = true
                return .send(line[...])
            }
            switch result() {
            case .none: return nil
            case .end(let outcome): return ended(outcome)
            case .reply(let value): if let value { variables[name] = value }
            }
            isWaiting = false
            questions.removeFirst()
        }
        phase = .deciding
        return .decide(request, variables: variables)
    }

    private enum Reaction { case none, reply(String?), end(AGIOutcome) }

    /// The reply to the last command.
    private mutating func result() -> Reaction {
        while let reply = replies.next() {
            switch reply {
            case .result(-1, _), .deadChannel, .hangup: return .end(.hungUp)
            case .result(1, let text): return .reply(text)
            case .result, .unknownCommand, .invalidSyntax: return .reply(nil)
            case .other: if isStray() { return .end(.invalid) }
            }
        }
        return .none
    }

    /// Counts a line that nobody asked for; whether there are too many.
    private mutating func isStray() -> Bool {
        strays += 1
        return strays > Self.maximumStrays
    }

    private mutating func wait() -> Step? {
        while let reply = replies.next() {
            if reply == .hangup || reply == .deadChannel { return ended(.hungUp) }
            if isStray() { return ended(.invalid) }
        }
        return nil
    }

    private mutating func set() -> Step? {
        if isOneWrite {
            phase = .draining
            return .finish(commands)
        }
        if isWaiting {
            switch result() {
            case .none: return nil
            case .end(let outcome): return ended(outcome)
            case .reply: isWaiting = false
            }
            unconfirmed -= 1
        }
        guard let end = commands.firstIndex(of: ASCII.newline) else {
            phase = .draining
            return .finish([])
        }
        let line = commands[...end]
        commands = commands[(end + 1)...]
        isWaiting = true
        return .send(line)
    }

    private mutating func drain() -> Step? {
        while let reply = replies.next() {
            switch reply {
            case .result(1, _): unconfirmed -= 1
            case .other: if isStray() { return ended(.invalid) }
            default: break
            }
        }
        return nil
    }
}
