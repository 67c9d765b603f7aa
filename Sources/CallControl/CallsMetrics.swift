package import AMI
package import Basics
import Daemon
import LiveCalls

/// The metrics of `calls`; no extension, number or name is a label.
package struct CallsMetrics: Sendable {
    package let registry: Registry
    let live: LiveFigures
    let events: EventFigures
    let commands: CommandFigures
    let limited: [TokenBuckets.Kind: Counter]
    let transfers: TransferFigures
    package let ami: AMIClient.Instruments

    static let prefix = Registry.prefix + "calls_"

    package init(_ registry: Registry = Registry()) {
        self.registry = registry
        ProcessMetrics.registerVersion(in: registry)
        ProcessMetrics.registerFigures(in: registry)
        live = LiveFigures(
            events: registry.counter(Self.prefix + "ami_events_total", "Events that the live state has read."),
            repairs: registry.counter(
                Self.prefix + "model_repairs_total",
                "Calls and agents that a comparison with the PBX has put right."
            ),
            syncs: registry.counters(
                Self.prefix + "resyncs_total",
                "Times that the lists of the PBX were asked for, by why.",
                "reason",
                over: SyncReason.self
            )
        )
        events = EventFigures(
            published: registry.counter(Self.prefix + "events_published_total", "Events that were given a number."),
            fanout: registry.histogram(
                Self.prefix + "fanout_seconds",
                "How long it took to hand an event over to all clients.",
                bounds: [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5]
            ),
            drops: registry.counters(
                Self.prefix + "client_drops_total",
                "Clients whose connection the service ended, by why.",
                "reason",
                over: ClientDrop.self
            )
        )
        commands = Self.commandFigures(in: registry)
        limited = registry.counters(
            Self.prefix + "rate_limited_total",
            "Requests that were refused because the user made too many.",
            "what",
            over: TokenBuckets.Kind.self
        )
        transfers = Self.transferFigures(in: registry)
        ami = AMIClient.Instruments(
            connected: registry.gauge(Self.prefix + "ami_connected", "1 while logged in to the PBX."),
            connections: registry.counter(Self.prefix + "ami_connections_total", "Logins that the PBX accepted."),
            refusals: registry.counter(Self.prefix + "ami_refusals_total", "Logins that the PBX refused."),
            failures: registry.counter(Self.prefix + "ami_failures_total", "Connections that failed or were lost."),
            receivedBytes: registry.counter(Self.prefix + "ami_received_bytes_total", "Bytes from the PBX."),
            deliveredEvents: registry.counter(Self.prefix + "ami_delivered_total", "Events that were handed over."),
            ignoredEvents: registry.counter(Self.prefix + "ami_ignored_total", "Events that nothing here needs."),
            lostEvents: registry.counter(
                Self.prefix + "ami_lost_total",
                "Events that are known to be lost; the lists of the PBX were asked for then."
            ),
            skippedMessages: registry.counter(Self.prefix + "ami_skipped_total", "Messages over the limits."),
            lastEvent: registry.gauge(
                Self.prefix + "ami_last_event_seconds",
                "When the last event came, in seconds since 1970."
            ),
            pingSeconds: registry.gauge(Self.prefix + "ami_ping_seconds", "How long the last ping took.")
        )
    }

    private static func commandFigures(in registry: Registry) -> CommandFigures {
        var counts: [CommandFigures.Key: Counter] = [:]
        for action in CommandFigures.actions {
            for result in CommandReply.Result.allCases {
                counts[CommandFigures.Key(action: action, result: result)] = registry.counter(
                    prefix + "ami_actions_total",
                    "Actions that were to be sent to the PBX, by what became of them.",
                    [("action", action), ("result", result.rawValue)]
                )
            }
        }
        return CommandFigures(
            counts: counts,
            seconds: registry.histogram(
                prefix + "ami_action_seconds",
                "How long the PBX took to answer an action.",
                bounds: CommandFigures.bounds
            )
        )
    }

    private static func transferFigures(in registry: Registry) -> TransferFigures {
        var ended: [TransferFigures.Key: Counter] = [:]
        for type in TransferType.allCases {
            for state in TransferState.allCases where state.isEnded {
                ended[TransferFigures.Key(type: type, state: state)] = registry.counter(
                    prefix + "transfers_total",
                    "Transfers that have ended, by how.",
                    [("type", type.rawValue), ("result", state.rawValue)]
                )
            }
        }
        return TransferFigures(ended: ended)
    }

    /// Registers what is read from the service at each scrape.
    package func observe(_ figures: @escaping @Sendable () -> CallsFigures) {
        for state in LiveCall.State.allCases where state != .ended {
            registry.gauge(Self.prefix + "live_calls", "Calls, by state.", [("state", state.rawValue)]) {
                Double(figures().calls[state.rawValue] ?? 0)
            }
        }
        for state in LiveAgent.State.allCases {
            registry.gauge(Self.prefix + "agents", "Agents, by state.", [("state", state.rawValue)]) {
                Double(figures().agents[state.rawValue] ?? 0)
            }
        }
        registry.gauge(Self.prefix + "queue_waiting", "Callers that wait in queues.") { Double(figures().waiting) }
        registry.gauge(Self.prefix + "stale", "1 while the live state may not be that of the PBX.") {
            figures().isStale ? 1 : 0
        }
        registry.counter(
            Self.prefix + "history_dropped_total",
            "Finished calls and visits to queues that the database did not take in time."
        ) { Double(figures().droppedHistory) }
        registry.gauge(
            Self.prefix + "ami_command_connections",
            "Connections for actions alone that are logged in to the PBX."
        ) { Double(figures().commandConnections) }
        registry.counter(
            Self.prefix + "redis_dropped_total",
            "Events that Redis did not get, since it was away too long or refused them."
        ) { Double(figures().droppedRedis) }
        registry.gauge(Self.prefix + "database_up", "0 while the last use of CALLS_DB failed.") {
            figures().isStored ? 1 : 0
        }
        let transports: [(String, @Sendable (CallsFigures) -> Int)] = [
            ("sse", { $0.streams }), ("websocket", { $0.webSockets }), ("socketio", { $0.socketIO }),
        ]
        for (name, count) in transports {
            registry.gauge(Self.prefix + "clients", "Clients that get events.", [("transport", name)]) {
                Double(count(figures()))
            }
        }
    }
}

/// How much there is of everything, for metrics and `/status`.
package struct CallsFigures: Sendable {
    /// By state; ended calls too, while they are known.
    package var calls: [String: Int] = [:]
    /// By state.
    package var agents: [String: Int] = [:]
    /// Callers that wait in queues.
    package var waiting = 0
    package var isStale = true
    /// Entries of the history that were lost.
    package var droppedHistory = 0
    /// Events that Redis did not get.
    package var droppedRedis = 0
    /// Whether the last use of the database worked.
    package var isStored = true
    /// Clients with a stream of events.
    package var streams = 0
    /// Clients at `/ws`.
    package var webSockets = 0
    /// Clients of Socket.IO, with either transport.
    package var socketIO = 0
    /// Connections for actions alone that are logged in.
    package var commandConnections = 0

    package init() {}

    var liveCalls: Int { calls.filter { $0.key != LiveCall.State.ended.rawValue }.values.reduce(0, +) }
    var allAgents: Int { agents.values.reduce(0, +) }
}
