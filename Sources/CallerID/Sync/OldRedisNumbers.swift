import Basics
import Redis

/// The numbers that an older switch keeps in Redis, one key each, and its defaults.
///
/// `callerid_infor:NUMBER` is the text
/// `{"callerid":{"name":"2125551234","route_number":"92","status":1,"TRUNK_NAME":"OPS_TRUNK",…}}`, where a status of 1
/// means that the number is in use. Nothing is changed; each value is checked as a row of a CSV file.
struct OldRedisNumbers: Sendable, Equatable {
    /// In the order of the keys; each number once.
    private(set) var records: [NumberRecord] = []
    /// How many keys were left out.
    private(set) var rejected = 0
    /// Why keys were left out: the first `NumberImport.errorLimit`, as `callerid_infor:21255: …`.
    private(set) var errors: [String] = []
    /// The values of the older switch that are settings here, by the name of the setting.
    private(set) var settings: [Setting] = []

    struct Setting: Sendable, Equatable {
        let key: String
        let name: String
        let value: String
    }

    private static let prefix = "callerid_infor:"
    private static let defaults = [
        ("default_trunk_name", "DEFAULT_TRUNK_NAME"), ("default_callerid", "DEFAULT_CALLERID"),
        ("default_route_number", "DEFAULT_ROUTE_NUMBER"),
    ]
    /// The most keys that are read.
    private static let keyLimit = 500_000
    /// The longest value, in bytes.
    private static let valueLimit = 4096
    private static let batch = 100
    private static let timeout = Duration.seconds(5)

    /// Reads all keys, a part at a time.
    static func read(over connection: some RedisConnection) async throws(RedisError) -> OldRedisNumbers {
        let keys = try await keys(connection)
        var result = OldRedisNumbers()
        var known: [Digits: String] = [:]
        for first in stride(from: 0, to: keys.count, by: batch) {
            let part = keys[first..<min(first + batch, keys.count)]
            let commands = part.map { RedisCommand("GETRANGE", $0, 0, valueLimit) }
            let replies = try await connection.send(commands, within: timeout)
            for (key, reply) in zip(part, replies) {
                do throws(Rejection) {
                    let record = try record(reply)
                    if let other = known[record.number] { throw Rejection("the number is in \(other) already") }
                    known[record.number] = key
                    result.records.append(record)
                } catch {
                    result.reject(key, error)
                }
            }
        }
        for (key, name) in defaults {
            let reply = try await connection.send([RedisCommand("GETRANGE", key, 0, 200)], within: timeout)
            guard let value = reply.first?.string, !value.isEmpty else { continue }
            result.settings.append(Setting(key: key, name: name, value: value))
        }
        return result
    }

    /// All keys of numbers, in order.
    private static func keys(_ connection: some RedisConnection) async throws(RedisError) -> [String] {
        var keys: Set<String> = []
        var cursor = "0"
        repeat {
            let scan = RedisCommand("SCAN", cursor, "MATCH", prefix + "*", "COUNT", 500)
            let reply = try await connection.send(scan, within: timeout)
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let found = parts[1].array
            else { throw .invalidReply("SCAN without a cursor") }
            keys.formUnion(found.compactMap(\.string))
            guard keys.count <= keyLimit else { throw .invalidReply("more than \(keyLimit) keys \(prefix)*") }
            cursor = next
        } while cursor != "0"
        return keys.sorted()
    }

    private mutating func reject(_ key: String, _ reason: Rejection) {
        rejected += 1
        guard errors.count < NumberImport.errorLimit else { return }
        errors.append(TerminalText.oneLine("\(key.prefix(100)): \(reason.text)"))
    }

    // MARK: Values

    /// Why a key was left out.
    private struct Rejection: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    static let columns: [NumberCSV.Column] = [.callerID, .trunk, .route, .isActive]

    private static func record(_ reply: RedisValue) throws(Rejection) -> NumberRecord {
        guard let bytes = reply.bytes else { throw Rejection("not a text") }
        guard bytes.count <= valueLimit else { throw Rejection("longer than \(valueLimit) bytes") }
        guard let value = (try? JSONParser.parse(bytes[...]))?["callerid"], value.members != nil else {
            throw Rejection("not JSON with an object callerid")
        }
        let fields = try ["name", "TRUNK_NAME", "route_number", "status"].map { name throws(Rejection) in
            try text(value, name)
        }
        do {
            let header = try NumberCSV.Header(columns.map { Array($0.rawValue.utf8) }, line: 1)
            return try NumberRow(fields.map { Array($0.utf8) }, header: header, line: 0).record()
        } catch let error as NumberImport.RowError {
            let value = TerminalText.quoted(error.value)[...].text
            throw Rejection(error.column.isEmpty ? error.reason : "\(error.column) \(value): \(error.reason)")
        } catch {
            throw Rejection("\(error)")
        }
    }

    /// A member as text; empty when it is missing or null.
    private static func text(_ value: JSONValue, _ name: String) throws(Rejection) -> String {
        switch value[name] {
        case nil, .null?: ""
        case .string(let text)?: text
        case .integer(let number)?: "\(number)"
        default: throw Rejection("\(name) is neither a text nor a whole number")
        }
    }
}
