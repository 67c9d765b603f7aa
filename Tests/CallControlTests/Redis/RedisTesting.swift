import Basics
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallControl

/// A Redis, and what writes to it; another connection reads.
final class RedisTesting: Sendable {
    let server: RedisServer
    let hub = EventHub(reserved: 0) { _, done in done(true) }
    let publisher: RedisPublisher
    let log: LogLines
    private let record: Record
    private let reader: RedisClient
    private let subscriber: RedisSubscriber
    private let tasks: Lock<[Task<Void, any Error>]>

    private final class Record: Sendable {
        /// What all objects are now, by key.
        let objects = Lock<[String: (value: Int, life: EventObject.Life)]>([:])
        /// What came over channels.
        let heard = Lock<[String]>([])
    }

    static let names = RedisNames(prefix: "t:")
    private static let patience = Duration.seconds(60)

    /// - Parameter isRunning: whether it writes already.
    init(
        limits: RedisBacklog.Limits = RedisBacklog.Limits(),
        isRunning: Bool = true,
        lease: Duration = .seconds(10),
        stall: Duration = .seconds(60),
        on server: RedisServer? = nil
    ) async throws {
        let server = if let server { server } else { try await RedisServer() }
        self.server = server
        var redis = RedisConfiguration(.unix(path: server.path))
        (redis.connectTimeout, redis.stallTimeout) = (stall, stall)
        redis.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(20))
        var configuration = RedisPublisher.Configuration(Self.names)
        configuration.limits = limits
        configuration.timeout = Self.patience
        configuration.lease = lease
        (configuration.renewal, configuration.retry) = (.milliseconds(100), .milliseconds(20))
        configuration.heldPause = .milliseconds(50)
        let (log, record) = (LogLines(), Record())
        (self.log, self.record) = (log, record)
        let publisher = RedisPublisher(redis, configuration, hub, log: Logger("test", sink: log.sink)) { show in
            // With the lock held: a copy that is changed later looks like a race to the thread sanitizer.
            record.objects.withLock { objects in
                for (key, object) in objects {
                    show(EventObject(key: key, life: object.life), Array("\(object.value)".utf8))
                }
            }
        }
        self.publisher = publisher
        redis.stallTimeout = Self.patience
        let reader = RedisClient(redis, log: Logger("reader", sink: LogLines().sink))
        self.reader = reader
        let subscriber = RedisSubscriber(
            redis,
            channels: [],
            patterns: ["t:*"],
            log: Logger("subscriber", sink: LogLines().sink)
        ) { event in
            switch event {
            case .connected: record.heard.withLock { $0.append("connected") }
            case .message(let message):
                let text = "\(message.channel[...].text) \(message.payload[...].text)"
                record.heard.withLock { $0.append(text) }
            case .disconnected: break
            }
        }
        self.subscriber = subscriber
        hub.connect(publisher)
        tasks = Lock([Task { try await reader.run() }, Task { try await subscriber.run() }])
        if isRunning { try await start() }
    }

    deinit { for task in tasks.withLock({ $0 }) { task.cancel() } }

    /// Begins to write, once the reader and the subscriber are there.
    func start() async throws {
        try await eventually("a reader") { reader.isConnected && record.heard.withLock { $0.contains("connected") } }
        tasks.withLock { tasks in tasks.append(Task { [publisher] in try await publisher.run() }) }
        try await eventually("the lock; \(log.lines)") { publisher.problem == nil }
    }

    /// Ends what `start` began.
    func stop() async {
        let last = tasks.withLock { $0.popLast() }
        last?.cancel()
        _ = await last?.result
    }

    /// Publishes an event about an object, whose value is a number.
    func publish(_ type: String, _ key: String, _ value: Int, life: EventObject.Life = .endless) {
        record.objects.withLock { $0[key] = (value, life) }
        hub.publish(type, to: EventAudience(), about: EventObject(key: key, life: life)) { $0.integer(value) }
    }

    func publish(_ value: Int) { publish("call:updated", "call:1", value) }

    /// Waits until Redis has everything.
    func settled() async throws {
        try await eventually("nothing that waits; \(log.lines)") { publisher.problem == nil && publisher.waiting == 0 }
    }

    @discardableResult
    func ask(_ name: String, _ words: any RedisWord...) async throws -> RedisValue {
        try await eventually("a reader") { reader.isConnected }
        return try await reader.send(RedisCommand(name, words: words), within: Self.patience)
    }

    func text(_ key: String) async throws -> String? { try await ask("GET", "t:" + key).string }

    /// The events of a stream: their numbers and JSON.
    func stream(_ kind: String = "call") async throws -> [(number: Int, json: JSONValue)] {
        let entries = try await ask("XRANGE", "t:events:" + kind, "-", "+").array ?? []
        return try entries.map { entry in
            let parts = try #require(entry.array)
            let number = try #require(parts[0].string?.split(separator: "-").first.flatMap { Int($0) })
            let fields = try #require(parts[1].array)
            try #require(fields.count == 2 && fields[0].string == "e")
            return (number, try JSONParser.parse((fields[1].bytes ?? [])[...]))
        }
    }

    /// What came over channels, as the channel and the event.
    func messages() throws -> [(channel: String, event: JSONValue)] {
        try record.heard.withLock { $0.unshared }.filter { $0 != "connected" }.map { text in
            let parts = text.split(separator: " ", maxSplits: 1)
            return (String(parts[0]), try JSONParser.parse(Array(parts[1].utf8)[...]))
        }
    }
}
