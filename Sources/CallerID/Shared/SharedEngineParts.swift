import Basics
import Redis

/// What the shared engine is made of and the picture needs before it exists.
struct SharedEngineParts: Sendable {
    let configuration: SharedEngine.Configuration
    /// A name of this process that no other one has.
    let instance: String
    let metrics: CallerIDMetrics.Shared
    let client: RedisClient
    let engine: RedisEngine
    let numbers: SharedNumbers
    let clock = RedisClock()
    let wake = WakeSignal()

    init(_ configuration: SharedEngine.Configuration, _ metrics: CallerIDMetrics.Shared, log: Logger) {
        self.configuration = configuration
        self.metrics = metrics
        let random = UInt64.random(in: .min ... .max)
        instance = String(random, radix: 16)
        client = RedisClient(
            configuration.redis,
            instruments: metrics.connection,
            log: log,
            onDisconnect: { [wake] in wake.ring() }
        )
        var options = RedisEngine.Configuration(policy: configuration.policy)
        options.prefix = configuration.prefix
        options.timeout = configuration.timeout
        options.instance = instance
        options.expectedTime = { [clock] in clock.expectedTime }
        engine = RedisEngine(options, over: client)
        numbers = SharedNumbers(engine, over: client, prefix: configuration.prefix, instance: instance)
    }
}
