import Basics

/// One command at a time for a call.
///
/// A lock ends by itself, so that a command that hangs does not keep its call for ever; the one that had it then finds out
/// by `isHeld`, and releases nothing of another one.
final class CommandLocks: Sendable {
    /// What a command holds while it works on a call.
    struct Token: Sendable, Equatable {
        let call: [UInt8]
        fileprivate let number: UInt64
        /// When the command gives up sending.
        let sendUntil: ContinuousClock.Instant
    }

    private struct Held {
        let number: UInt64
        let until: ContinuousClock.Instant
    }

    private struct State {
        var held: [[UInt8]: Held] = [:]
        var last: UInt64 = 0
    }

    /// How long a lock lasts at most.
    static let life = Duration.seconds(15)
    /// How long its command sends; what it sends later could meet the next one.
    static let sending = Duration.seconds(12)
    /// The most locks; ended ones are forgotten above it.
    private static let capacity = 10_000

    private let state = Lock(State())

    /// Takes the lock of a call; `nil` while another command has it.
    func take(_ call: [UInt8], at now: ContinuousClock.Instant = .now) -> Token? {
        state.withLock { state in
            if let held = state.held[call], held.until > now { return nil }
            if state.held.count >= Self.capacity { state.held = state.held.filter { $0.value.until > now } }
            guard state.held.count < Self.capacity else { return nil }
            state.last += 1
            state.held[call] = Held(number: state.last, until: now + Self.life)
            return Token(call: call, number: state.last, sendUntil: now + Self.sending)
        }
    }

    /// Whether the lock has not ended.
    func isHeld(_ token: Token, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { $0.held[token.call].map { $0.number == token.number && $0.until > now } ?? false }
    }

    func release(_ token: Token) {
        state.withLock { state in
            if state.held[token.call]?.number == token.number { state.held[token.call] = nil }
        }
    }
}
