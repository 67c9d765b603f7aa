import Basics

/// How often users may ask for something: token buckets, one for each user and kind of request.
struct TokenBuckets: Sendable {
    /// What is counted together.
    enum Kind: String, Sendable, CaseIterable {
        case command, originate, read

        /// Requests a second.
        fileprivate var rate: Double {
            switch self {
            case .command: 10
            case .originate: 0.5
            case .read: 50
            }
        }

        /// The most requests at once.
        fileprivate var burst: Double {
            switch self {
            case .command: 20
            case .originate: 30
            case .read: 50
            }
        }
    }

    private struct Key: Hashable {
        let user: String
        let kind: Kind
    }

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    private var buckets: [Key: Bucket] = [:]
    /// The most buckets; above it, full ones are forgotten, which changes nothing for their users.
    static let capacity = 30_000

    var count: Int { buckets.count }

    /// Takes a token; returns how long to wait for one, `nil` when there was one.
    mutating func take(_ kind: Kind, of user: String, at now: ContinuousClock.Instant) -> Duration? {
        let key = Key(user: user, kind: kind)
        if buckets[key] == nil, buckets.count >= Self.capacity {
            buckets = buckets.filter { Self.level($0.value, $0.key.kind, at: now) < $0.key.kind.burst }
        }
        var level = buckets[key].map { Self.level($0, kind, at: now) } ?? kind.burst
        defer {
            if buckets[key] != nil || buckets.count < Self.capacity { buckets[key] = Bucket(tokens: level, at: now) }
        }
        guard level >= 1 else { return .seconds((1 - level) / kind.rate) }
        level -= 1
        return nil
    }

    private static func level(_ bucket: Bucket, _ kind: Kind, at now: ContinuousClock.Instant) -> Double {
        min(bucket.tokens + max((now - bucket.at) / .seconds(1), 0) * kind.rate, kind.burst)
    }
}
