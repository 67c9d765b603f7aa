import Basics
import Redis

/// The list of numbers in Redis: brings changes of this instance there, and reads those of others.
///
/// The hash `cid:records` has each number as its store has it, `cid:removed` when one was removed, and `cid:version` counts
/// the changes. Each change is published on `cid:numbers`: INSTANCE VERSION NUMBERS, separated by blanks. Of two states of a
/// number the one that was changed later wins.
///
/// A change waits here until Redis has it; there is one at most for each number.
final class SharedNumbers: NumberObserver {
    private enum Change: Sendable, Equatable {
        case stored(NumberRecord)
        /// With the time of the removal.
        case removed(String)
    }

    private let engine: RedisEngine
    private let connection: any RedisConnection
    private let prefix: String
    private let instance: String
    private let waiting = Lock<[Digits: Change]>([:])
    private let turns = Turns()
    /// The version of the list that this instance knows; -1 for none.
    private let known = Lock(-1)

    /// How long Redis remembers that a number was removed.
    private static let memory = 30 * 86_400
    private static let timeout = Duration.seconds(5)

    init(_ engine: RedisEngine, over connection: some RedisConnection, prefix: String, instance: String) {
        self.engine = engine
        self.connection = connection
        self.prefix = prefix
        self.instance = instance
    }

    /// The channel on which changes are published.
    var channel: String { prefix + "cid:numbers" }

    // MARK: Changes of this instance

    func numbersChanged(_ records: [NumberRecord], removed: [Digits]) async {
        note(records, removed: removed)
        // While Redis is away they wait.
        try? await push()
    }

    private func note(_ records: [NumberRecord], removed: [Digits]) {
        let now = Timestamp.now().description
        waiting.withLock { waiting in
            for record in records { waiting[record.number] = .stored(record) }
            for number in removed { waiting[number] = .removed(now) }
        }
    }

    /// Brings all changes that wait to Redis, in the order of their making for each number.
    func push() async throws(RedisEngineError) {
        try await turns.take { () async throws(RedisEngineError) in try await pushNow() }
    }

    private func pushNow() async throws(RedisEngineError) {
        let changes = Array(waiting.withLock { $0 })
        for first in stride(from: 0, to: changes.count, by: RedisEngine.batch) {
            let part = Array(changes[first..<min(first + RedisEngine.batch, changes.count)])
            try await push(part)
            waiting.withLock { waiting in
                for (number, change) in part where waiting[number] == change { waiting[number] = nil }
            }
        }
    }

    private func push(_ changes: [(key: Digits, value: Change)]) async throws(RedisEngineError) {
        var records: [NumberRecord] = []
        var removed: [(number: Digits, time: String)] = []
        for (number, change) in changes {
            switch change {
            case .stored(let record): records.append(record)
            case .removed(let time): removed.append((number, time))
            }
        }
        try await engine.store(records.map(\.forSelection))
        try await engine.remove(removed.map(\.number))
        var commands: [RedisCommand] = []
        if !records.isEmpty {
            let numbers = records.map(\.number.description)
            let words = records.flatMap { [$0.number.description, $0.redisText] }
            commands.append(RedisCommand("HSET", words: [prefix + "cid:records"] + words))
            commands.append(RedisCommand("HDEL", words: [prefix + "cid:removed"] + numbers))
        }
        if !removed.isEmpty {
            let words = removed.flatMap { [$0.number.description, $0.time] }
            commands.append(RedisCommand("HDEL", words: [prefix + "cid:records"] + removed.map(\.number.description)))
            commands.append(RedisCommand("HSET", words: [prefix + "cid:removed"] + words))
        }
        let version = try await send(commands + [RedisCommand("INCR", prefix + "cid:version")]).last?.integer ?? 0
        saw(version: version)
        let words = [instance, "\(version)"] + changes.map(\.key.description)
        _ = try await send([RedisCommand("PUBLISH", channel, words.joined(separator: " "))])
    }

    // MARK: Changes of others

    var version: Int { known.withLock { $0 } }

    /// Notes a change that is known here; after one that is missing, the version differs from that of Redis.
    func saw(version: Int) { known.withLock { $0 = $0 == version - 1 ? version : -1 } }

    func knows(version: Int) { known.withLock { $0 = version } }

    func missedVersion() { knows(version: -1) }

    /// The instance, the version and the numbers of a message; `nil` for anything else.
    static func message(_ payload: [UInt8]) -> (instance: String, version: Int, numbers: [Digits])? {
        let words = payload[...].split(separator: ASCII.space)
        guard words.count >= 2, let version = words[1].integer else { return nil }
        return (words[0].text, version, words.dropFirst(2).compactMap { Digits($0.text) })
    }

    /// What differs from numbers that this instance has.
    struct Difference: Sendable {
        var records: [NumberRecord] = []
        var removed: [Digits] = []
    }

    /// The present states of some numbers.
    func read(_ numbers: [Digits]) async throws(RedisEngineError) -> Difference {
        var difference = Difference()
        for first in stride(from: 0, to: numbers.count, by: 1000) {
            let part = Array(numbers[first..<min(first + 1000, numbers.count)])
            let replies = try await send([
                RedisCommand("HMGET", words: [prefix + "cid:records"] + part.map(\.description))
            ])
            guard let texts = replies.first?.array, texts.count == part.count else { throw .invalidReply }
            for (number, text) in zip(part, texts) where waiting.withLock({ $0[number] == nil }) {
                if let record = text.string.flatMap({ NumberRecord(number, redisText: $0) }) {
                    difference.records.append(record)
                } else {
                    difference.removed.append(number)
                }
            }
        }
        return difference
    }

    /// Compares all numbers of Redis with those of this instance: what is newer there is returned, what is newer here is
    /// brought there by the next `push`.
    func compare(_ own: [NumberRecord]) async throws(RedisEngineError) -> Difference {
        let records = try await scan("cid:records")
        let removals = try await scan("cid:removed")
        let tooOld = Timestamp.now().adding(seconds: -Self.memory).description
        let old = removals.filter { $0.value < tooOld }.map(\.key.description)
        if !old.isEmpty { _ = try await send([RedisCommand("HDEL", words: [prefix + "cid:removed"] + old)]) }
        var difference = Difference()
        var push: [NumberRecord] = []
        var missing = records
        for record in own {
            if let text = missing.removeValue(forKey: record.number) {
                guard let other = NumberRecord(record.number, redisText: text), text != record.redisText else {
                    continue
                }
                if record.isNewer(than: other.updatedAt) {
                    push.append(record)
                } else {
                    difference.records.append(other)
                }
            } else if let time = removals[record.number], !record.isNewer(than: time) {
                difference.removed.append(record.number)
            } else {
                push.append(record)
            }
        }
        let waiting = waiting.withLock { $0 }
        for (number, text) in missing where waiting[number] == nil {
            if let record = NumberRecord(number, redisText: text) { difference.records.append(record) }
        }
        note(push, removed: [])
        return difference
    }

    /// Has the next `push` bring all numbers of this instance to a Redis without any.
    func refill(_ own: [NumberRecord]) { note(own, removed: []) }

    /// A whole hash, a part at a time.
    private func scan(_ key: String) async throws(RedisEngineError) -> [Digits: String] {
        var found: [Digits: String] = [:]
        var cursor = "0"
        repeat {
            let reply = try await send([RedisCommand("HSCAN", prefix + key, cursor, "COUNT", 500)])
            guard let parts = reply.first?.array, parts.count == 2, let next = parts[0].string,
                let words = parts[1].array
            else { throw .invalidReply }
            cursor = next
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                guard let number = words[index].string.flatMap({ Digits($0) }), let text = words[index + 1].string
                else {
                    continue
                }
                found[number] = text
            }
        } while cursor != "0"
        return found
    }

    private func send(_ commands: [RedisCommand]) async throws(RedisEngineError) -> [RedisValue] {
        do throws(RedisError) {
            let replies = try await connection.send(commands, within: Self.timeout)
            for case .error(let error) in replies { throw .server(error) }
            return replies
        } catch {
            throw .redis(error)
        }
    }
}
