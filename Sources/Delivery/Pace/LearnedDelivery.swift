package import Basics

/// Facts about the API that survive a restart, stored in the spool.
///
/// Stored as JSON: `{"api":"…","refusals":20,"request_bytes":65536,"limited_at":1795224725,"low_counts":{"KEY":3}}`.
/// Facts about one API do not apply to another: they are discarded when `API_URL` or `REGION` changes.
package struct LearnedDelivery: Sendable, Equatable {
    /// Dead letters in a row without a success, 0 to 20.
    package var refusals = 0
    /// The most bytes of records in a request after an answer 413; `nil` before the first one.
    package var requestBytes: Int?
    /// When that limit was learned.
    package var limitedAt: Timestamp?
    /// The number of answers with a `queued_count` below the number sent, by the Idempotency-Key of the batch.
    package var lowCounts: [String: Int] = [:]

    /// The name in the spool of the facts about records.
    package static let records = "delivery"
    /// The name in the spool of the facts about uploads.
    package static let recordings = "uploads"

    /// The most batches whose low counts are stored; the queue never holds back more.
    package static let mostLowCounts = 192
    /// How long after the last 413 requests of the full size are tried again.
    package static let limitLifetime = Duration.seconds(86400)

    package init() {}

    /// Reads the bytes written by `encoded`; ignores invalid values, and everything about another API.
    package init(_ bytes: [UInt8]?, api: String, at now: Timestamp) {
        guard let bytes, let json = try? JSONParser.parse(bytes[...]), json["api"]?.string == Self.mark(of: api) else {
            return
        }
        refusals = min(max(json["refusals"]?.integer ?? 0, 0), CircuitBreaker.limit)
        if let limit = json["request_bytes"]?.integer, limit >= DeliveryPolicy.smallestLimit,
            let seconds = json["limited_at"]?.integer, (0...Int(Int32.max) * 4).contains(seconds)
        {
            requestBytes = limit
            limitedAt = Timestamp(seconds: seconds)
        }
        expire(at: now)
        for member in (json["low_counts"]?.members ?? []).prefix(Self.mostLowCounts) {
            guard member.name.utf8.count <= 64, let count = member.value.integer, count > 0 else { continue }
            lowCounts[member.name] = min(count, BatchHistory.lowCountLimit)
        }
    }

    /// Discards a limit that is older than a day, or from the future because of a wrong clock.
    package mutating func expire(at now: Timestamp) {
        guard let limitedAt else { return }
        let age = now.seconds - limitedAt.seconds
        if age >= Self.limitLifetime.components.seconds || age < -3600 {
            requestBytes = nil
            self.limitedAt = nil
        }
    }

    /// The facts as JSON; `nil` when there are none.
    package func encoded(api: String) -> [UInt8]? {
        guard self != Self() else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("api")
        writer.string(Self.mark(of: api))
        writer.key("refusals")
        writer.integer(refusals)
        if let requestBytes, let limitedAt {
            writer.key("request_bytes")
            writer.integer(requestBytes)
            writer.key("limited_at")
            writer.integer(limitedAt.seconds)
        }
        writer.key("low_counts")
        writer.beginObject()
        for (key, count) in lowCounts.sorted(by: { $0.key < $1.key }).prefix(Self.mostLowCounts) {
            writer.key(Array(key.utf8)[...])
            writer.integer(count)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// Identifies an API without its URL, which may contain a login.
    private static func mark(of api: String) -> String {
        ASCII.hexadecimal(Array(Digest.sha256(Array(api.utf8)).prefix(8)))[...].text
    }
}
