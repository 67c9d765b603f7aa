import Basics
package import Spool

/// Makes batches of what waits in the spool, each under a key of its own.
///
/// A failed attempt may have worked all the same: before a new key is drawn, the spool is asked for the old one.
package struct BatchMaker: Sendable {
    private let spool: RecordSpool
    private let count: Int
    private let newKey: @Sendable () -> String
    /// The key of an attempt that failed.
    private var unsettledKey: String?

    /// - Parameters:
    ///   - count: most records of a batch.
    ///   - newKey: gives another one each time.
    package init(_ spool: RecordSpool, count: Int, newKey: @escaping @Sendable () -> String = BatchMaker.newKey) {
        self.spool = spool
        self.count = count
        self.newKey = newKey
    }

    /// Whether an attempt has to be repeated, due or not.
    package var isUnsettled: Bool { unsettledKey != nil }

    /// - Parameter count: fewer records than usual.
    package mutating func freeze(
        _ lane: RecordSpool.Lane,
        count: Int? = nil,
        bytes: Int,
        avoiding busy: Set<Int>
    ) async throws(SpoolError) -> FrozenBatch? {
        let key = unsettledKey ?? newKey()
        let wasUnsettled = isUnsettled
        unsettledKey = key
        var batch = wasUnsettled ? try await spool.batch(key: key) : nil
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

    /// 128 bits by chance.
    package static func newKey() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
    }
}
