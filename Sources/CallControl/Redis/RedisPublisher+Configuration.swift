import Basics

extension RedisPublisher {
    struct Configuration: Sendable {
        var names: RedisNames
        var limits = RedisBacklog.Limits()
        /// How long a stream is kept after its last event, and about how many entries it keeps.
        var eventLife = Duration.seconds(86_400)
        var mostEvents = 10_000
        /// The longest wait for an answer.
        var timeout = Duration.seconds(5)
        /// How long the lock is valid, and how often it is renewed.
        var lease = Duration.seconds(10)
        var renewal = Duration.seconds(3)
        /// How often the lock of another one is tried.
        var heldPause = Duration.seconds(1)
        /// The wait after a failure.
        var retry = Duration.seconds(1)
        /// How often all objects are written anew, so that those of long calls stay.
        var refresh = Duration.seconds(6 * 3600)

        init(_ names: RedisNames) { self.names = names }

        init(_ settings: CallsRedisSettings) {
            self.init(RedisNames(prefix: settings.prefix))
            eventLife = settings.eventLife
            mostEvents = settings.mostEvents
            timeout = .milliseconds(settings.timeout)
        }
    }
}
