package import Basics

/// Receives the messages of channels, over a connection of its own that it keeps alive.
///
/// Redis keeps no messages: whatever is published while there is no connection is lost. Each connection begins with
/// `connected`, which says since when messages can be missing, and no message comes before it.
///
/// Nothing is queued here: the handler gets each message on the thread of the connection. One that is too slow makes Redis
/// keep messages, up to its `client-output-buffer-limit pubsub`; then Redis ends the connection.
package final class RedisSubscriber: Service {
    package enum Event: Sendable, Equatable {
        /// All subscriptions are in force.
        ///
        /// Messages can be missing since `missedSince`; `nil` for the first connection.
        case connected(missedSince: Timestamp?)
        case message(RedisMessage)
        /// The connection is lost.
        case disconnected
    }

    package let name = "redis-subscriber"

    private let keeper: ConnectionKeeper

    /// - Parameters:
    ///   - channels: names of channels.
    ///   - patterns: patterns of names, as PSUBSCRIBE takes them; a message that fits both comes twice.
    ///   - handler: gets all events in order, on one thread at a time; must not block.
    package init(
        _ configuration: RedisConfiguration,
        channels: [String],
        patterns: [String] = [],
        instruments: RedisInstruments = .unregistered(),
        log: Logger,
        handler: @escaping @Sendable (Event) -> Void
    ) {
        let relay = Relay(handler)
        let commands =
            channels.map { RedisCommand("SUBSCRIBE", $0) } + patterns.map { RedisCommand("PSUBSCRIBE", $0) }
        keeper = ConnectionKeeper(
            configuration: configuration,
            instruments: instruments,
            log: log,
            onPush: { relay.take($0) },
            prepare: { connection throws(RedisError) in
                let promise = Promise<Result<Void, RedisError>>()
                // Messages follow at once: the end of the subscription has to be seen on the same thread.
                connection.send(commands, within: configuration.stallTimeout) { promise.fulfil(relay.subscribed($0)) }
                try await promise.value.get()
            },
            ended: { ending, _ in relay.ended(ending) }
        )
    }

    /// Connects, and reconnects, until cancelled.
    package func run() async throws { try await keeper.run() }

    /// What happens on one connection after the other, in the words of the handler.
    private final class Relay: Sendable {
        private struct State {
            var isOnline = false
            var missedSince: Timestamp?
        }

        private let state = Lock(State())
        private let handler: @Sendable (Event) -> Void

        init(_ handler: @escaping @Sendable (Event) -> Void) { self.handler = handler }

        func take(_ value: RedisValue) -> Bool {
            guard let message = RedisMessage(value) else { return false }
            // What comes before the last subscription is part of the time in which messages can be missing.
            if state.withLock({ $0.isOnline }) { handler(.message(message)) }
            return true
        }

        func subscribed(_ result: Result<[RedisValue], RedisError>) -> Result<Void, RedisError> {
            switch result {
            case .failure(let error): return .failure(error)
            case .success(let replies):
                for case .error(let error) in replies {
                    return .failure(error.isRefusal ? .refused(error) : .server(error))
                }
            }
            let missedSince = state.withLock { state in
                state.isOnline = true
                return state.missedSince
            }
            handler(.connected(missedSince: missedSince))
            return .success(())
        }

        func ended(_ ending: RedisLink.Ending) {
            let wasOnline = state.withLock { state in
                defer { state.isOnline = false }
                if state.isOnline { state.missedSince = ending.lastHeard }
                return state.isOnline
            }
            if wasOnline { handler(.disconnected) }
        }
    }
}

/// A message of a channel.
package struct RedisMessage: Sendable, Equatable {
    package let channel: [UInt8]
    /// The pattern that the channel fits; `nil` when it was subscribed by its name.
    package let pattern: [UInt8]?
    package let payload: [UInt8]

    package init(channel: [UInt8], pattern: [UInt8]? = nil, payload: [UInt8]) {
        self.channel = channel
        self.pattern = pattern
        self.payload = payload
    }

    /// A message as Redis sends it; `nil` for anything else.
    init?(_ value: RedisValue) {
        guard case .array(let parts) = value, case .bulk(let kind)? = parts.first else { return nil }
        switch (kind[...].text, parts.count) {
        case ("message", 3):
            guard let channel = parts[1].bytes, let payload = parts[2].bytes else { return nil }
            self.init(channel: channel, payload: payload)
        case ("pmessage", 4):
            guard let pattern = parts[1].bytes, let channel = parts[2].bytes, let payload = parts[3].bytes else {
                return nil
            }
            self.init(channel: channel, pattern: pattern, payload: payload)
        default: return nil
        }
    }
}
