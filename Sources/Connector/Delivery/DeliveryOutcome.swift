/// How a request to the API ended.
package enum DeliveryOutcome: Sendable, Equatable {
    /// An answer came; `retryAfter` is what it asked for.
    case answered(status: Int, retryAfter: Duration?, body: [UInt8])
    /// None came, or not all of it.
    case failed(String)
    /// We stopped waiting because we stop.
    case cancelled
}
