import Basics
import Redis

extension CallsFeature {
    /// What writes the live state, the sessions and the events to Redis; `nil` where the settings name none.
    static func publisher(
        _ configuration: CallsConfiguration,
        _ live: LiveState,
        _ logins: LoginService,
        _ metrics: CallsMetrics,
        _ log: Logger
    ) throws(RedisURLError) -> RedisPublisher? {
        guard let place = try configuration.redis.connection() else { return nil }
        let publisher = RedisPublisher(
            place,
            RedisPublisher.Configuration(configuration.redis),
            live.hub,
            leftovers: RedisPublisher.Leftovers(
                isComplete: { [live] in !live.sync.isStale },
                end: { [live] in live.end($0) }
            ),
            instruments: metrics.redis(),
            log: log
        ) { [live, logins] show in
            live.showObjects(show)
            for state in logins.sessions {
                var json = JSONWriter()
                json.session(state)
                show(.session(state), json.bytes)
            }
        }
        live.hub.connect(publisher)
        // Tokens are good for 30 s more than they say.
        let life = Int(configuration.accessLife.components.seconds) + 60
        logins.whenSessionEnds { [publisher] session in
            publisher.put("revoked:\(session.id)", Array("1".utf8), .seconds(life))
        }
        return publisher
    }
}
