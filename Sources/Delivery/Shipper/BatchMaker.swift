import Basics
package import Spool

/// Creates batches from the records that wait in the spool, each with its own key.
///
/// A failed attempt may have been stored anyway: before it generates a new key, it looks for a batch with the old one.
package struct BatchMaker: Sendable {
    private let spool: RecordSpool
    private let count: Int
    private let newKey: @Sendable () -> String
    /// The key of an attempt that failed.
    private var unsettledKey: String?

    /// - Parameters:
    ///   - count: the most records of a batch.
    ///   - newKey: generates a new key for each call.
    package init(_ spool: RecordSpool, count: Int, newKey: @escaping @Sendable () -> String = BatchMaker.newKey) {
        self.spool = spool
        self.count = count
        self.newKey = newKey
    }

    /// Whether a failed attempt must be repeated, even if no batch is due.
    package var isUnsettled: Bool { unsettledKey != nil }

    /// Freezes a batch; `nil` when no records may be frozen now.
    ///
    /// - Parameter count: the most records, if fewer than usual.
    package mutating func freeze(
        _ lane: RecordSpool.Lane,
        count: Int? = nil,
        bytes: Int,
        avoiding busy: Set<Int>
    ) async throws(SpoolError) -> FrozenBatch? {
        let key = unsettledKey ?? newKey()
        let wasUnsettled = isUnsettled
        unsettledKey = key
        var batch = wasUnsettled ? try await spool.perform { try $0.queue.batch(key: key) } : nil
        if batch == nil {
            batch = try await spool.freeze(
                lane,
                count: count ?? self.count,
                bytes: bytes,
                avoiding: busy,
                key: key
            )
        }
        unsettledKey = nil
        return batch
    }

    /// 128 random bits in hex.
    package static func newKey() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
    }
}
