import Basics
import HTTP
import Redis

/// How Redis is.
struct RedisRoutes: Sendable {
    /// `nil` where the settings name no Redis.
    private let publisher: RedisPublisher?

    init(_ publisher: RedisPublisher?) { self.publisher = publisher }

    /// How long Redis may take to say how it is.
    private static let patience = Duration.seconds(2)

    var routes: [Route] {
        [
            Route(.get, "/api/redis/sessions/health", access: .authenticated) { _ in
                let (state, latency, _) = await look()
                return CallsAnswers.success { json in
                    json.required("redis", state)
                    json.latency(latency)
                }
            },
            Route(.get, "/api/admin/redis/health", access: .authenticated) { request in
                let account = try request.caller.account
                guard account.role >= .admin else {
                    throw CallsFailure.forbidden.because("Role \(account.role.rawValue) may not do this")
                }
                return health(await look())
            },
        ]
    }

    private typealias Look = (state: String, latency: Duration?, replies: [RedisValue])

    private func look() async -> Look {
        guard let publisher else { return ("embedded", .zero, []) }
        let begun = ContinuousClock.now
        let replies = try? await publisher.client.send(
            [RedisCommand("PING"), RedisCommand("INFO"), RedisCommand("DBSIZE")],
            within: Self.patience
        )
        guard let replies else { return ("down", nil, []) }
        return (publisher.problem == nil ? "up" : "down", ContinuousClock.now - begun, replies)
    }

    private func health(_ look: Look) -> ServerResponse {
        CallsAnswers.success { json in
            json.required("status", look.state)
            json.required("mode", publisher == nil ? "embedded" : "single")
            json.latency(look.latency)
            guard let publisher else { return }
            if look.replies.count == 3 {
                let info = RedisInfo(look.replies[1].string ?? "")
                json.required("memoryBytes", info.usedBytes)
                json.required("keys", look.replies[2].integer ?? 0)
                json.required("policy", info.evictionPolicy)
            }
            json.required("reconnects", max(0, publisher.connections - 1))
            json.required("pendingWrites", publisher.waiting)
            json.required("droppedEvents", publisher.dropped)
            if let problem = publisher.problem { json.required("problem", problem) }
        }
    }
}

extension JSONWriter {
    /// In milliseconds; `null` without an answer.
    fileprivate mutating func latency(_ latency: Duration?) {
        key("latencyMs")
        if let latency { integer(Int(latency / .milliseconds(1))) } else { null() }
    }
}
