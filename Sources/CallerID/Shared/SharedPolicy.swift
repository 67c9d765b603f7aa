import Basics
import Redis

/// The settings that all instances need alike, since what is in Redis depends on them.
///
/// The hash `cid:policy` has those of each instance: `DEFAULT_DAILY_LIMIT=500` and so on, separated by blanks.
struct SharedPolicy: Sendable, Equatable {
    private let values: [String: String]

    init(_ policy: SelectionPolicy) {
        values = [
            "DEFAULT_RESERVATION_TTL": "\(policy.reservationSeconds)",
            "DEFAULT_RATE_LIMIT_PER_AGENT": "\(policy.requestsPerMinute)",
            "DEFAULT_HOURLY_LIMIT": "\(policy.hourlyLimit)", "DEFAULT_DAILY_LIMIT": "\(policy.dailyLimit)",
            "AREA_CODE_STRICT": "\(policy.isAreaCodeStrict)", "SHARE_WHEN_EMPTY": "\(policy.sharesWhenEmpty)",
            "CALLERID_TZ": policy.zone?.name ?? "UTC",
        ]
    }

    /// Reads `text`; words that are no setting are left out.
    init(_ text: String) {
        let pairs = text.split(separator: " ").compactMap { word -> (String, String)? in
            let parts = word.split(separator: "=", maxSplits: 1).map { String($0) }
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    var text: String { values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ") }

    /// The settings of another instance that differ from these: `DEFAULT_DAILY_LIMIT=100 (here 500)`.
    func differences(_ other: SharedPolicy) -> [String] {
        values.keys.sorted().compactMap { name in
            guard let value = other.values[name], let own = values[name], value != own else { return nil }
            return "\(name)=\(value) (here \(own))"
        }
    }

    static func key(_ prefix: String) -> String { prefix + "cid:policy" }

    /// The fields and values of the hash, from the reply of HGETALL.
    static func read(_ reply: RedisValue) -> [String: SharedPolicy] {
        let words = (reply.array ?? []).map { $0.string ?? "" }
        let pairs = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], SharedPolicy(words[$0 + 1])) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The settings in which any of the others differs from these, each once.
    func differences(_ others: some Sequence<SharedPolicy>) -> [String] {
        Set(others.flatMap { differences($0) }).sorted()
    }
}

extension SharedEngine {
    /// Tells the others the settings of this instance, and logs once what differs from theirs.
    func comparePolicies() async {
        let (key, policy) = (SharedPolicy.key(configuration.prefix), SharedPolicy(configuration.policy))
        let commands = [
            RedisCommand("HSET", key, own, policy.text), RedisCommand("HGETALL", key),
            RedisCommand("ZRANGE", configuration.prefix + "cid:inst", 0, -1),
        ]
        // Only a warning depends on it: after a failure, the next connection compares.
        guard let replies = try? await client.send(commands, within: .seconds(2)), replies.count == 3 else { return }
        let present = Set((replies[2].array ?? []).compactMap(\.string) + [own])
        var others = SharedPolicy.read(replies[1])
        let gone = others.keys.filter { !present.contains($0) }
        if !gone.isEmpty { _ = try? await send(RedisCommand("HDEL", words: [key] + gone)) }
        for name in gone + [own] { others[name] = nil }
        let differences = policy.differences(others.values)
        let isNew = state.withLock { state in
            defer { state.policyDifferences = differences }
            return state.policyDifferences != differences
        }
        guard isNew, !differences.isEmpty else { return }
        log.warning(
            "settings of caller IDs differ between instances",
            [.init(own: "settings", differences.joined(separator: ", "))]
        )
    }

    /// Signs out, with the settings of this instance.
    func signOut() async {
        _ = try? await engine.signIn(own, leaves: true)
        _ = try? await send(RedisCommand("HDEL", SharedPolicy.key(configuration.prefix), own))
    }
}
