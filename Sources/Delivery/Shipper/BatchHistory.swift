import Basics

/// The results of earlier attempts to send one batch.
struct BatchHistory: Sendable {
    /// Whether an attempt had no answer: the receiver may have the records.
    var mayHaveArrived = false
    /// Whether it is sent without gzip, because gzip was answered with 400.
    var isPlain = false
    /// Whether a success without gzip proves that the API does not accept gzip: the same records were refused with it.
    var provesNoGzip = false
    /// Answers with a `queued_count` below the number sent, at most `lowCountLimit`.
    var lowCounts = 0
    /// The backoff between attempts after suspect answers.
    var backoff: Backoff

    /// After this many low counts, an error is logged and the batch is tried only once an hour.
    static let lowCountLimit = 3
    static let lowCountWait = Duration.seconds(3600)
}
