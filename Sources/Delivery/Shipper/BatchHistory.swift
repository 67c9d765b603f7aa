import Basics

/// What came of the earlier tries of one batch.
struct BatchHistory: Sendable {
    /// A try had no answer: the receiver may have the records.
    var mayHaveArrived = false
    /// It goes without gzip, because gzip was answered 400.
    var isPlain = false
    /// Whether a success of the plain bytes shows that the API takes no gzip: these very records were refused with it.
    var provesNoGzip = false
    /// Answers with a `queued_count` below the number sent, at most `lowCountLimit`.
    var lowCounts = 0
    /// Between tries after suspect answers.
    var backoff: Backoff

    /// So many low counts are no chance: an alarm, and rare tries from then on.
    static let lowCountLimit = 3
    static let lowCountWait = Duration.seconds(3600)
}
