import Basics

/// The histories of batches that were tried but not delivered, by Idempotency-Key.
struct BatchHistories: Sendable {
    private let backoff: Backoff
    private var histories: [String: BatchHistory] = [:]

    /// - Parameter backoff: the backoff of each batch after suspect answers.
    init(backoff: Backoff) { self.backoff = backoff }

    subscript(batch: String) -> BatchHistory {
        get { histories[batch] ?? BatchHistory(backoff: backoff) }
        set { histories[batch] = newValue }
    }

    /// The number of low counts of each batch that has any.
    var lowCounts: [String: Int] { histories.compactMapValues { $0.lowCounts > 0 ? $0.lowCounts : nil } }

    @discardableResult
    mutating func forget(_ batch: String) -> BatchHistory? { histories.removeValue(forKey: batch) }

    /// Adds the batches that an earlier run left.
    ///
    /// Their last attempt may have had no answer, unless it is known to have had one with a low count.
    mutating func takeOver(_ batches: [String], lowCounts: [String: Int]) {
        for batch in batches {
            self[batch].lowCounts = lowCounts[batch] ?? 0
            self[batch].mayHaveArrived = lowCounts[batch] == nil
        }
    }

    /// Replaces a batch by its parts, which inherit its history.
    mutating func replace(_ batch: String, by parts: [String]) {
        guard var history = forget(batch) else { return }
        history.provesNoGzip = false
        history.lowCounts = 0
        history.backoff = backoff
        for part in parts { histories[part] = history }
    }
}
