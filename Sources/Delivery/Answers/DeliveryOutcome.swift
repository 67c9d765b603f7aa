/// How a request to the API ended.
package enum DeliveryOutcome: Sendable, Equatable {
    /// An answer arrived; `retryAfter` is the wait that it asked for.
    ///
    /// `shown` is the body without secrets, if that differs from `body`; only it may be shown.
    case answered(status: Int, retryAfter: Duration?, body: [UInt8], shown: [UInt8]? = nil)
    /// A 2xx arrived, but its body was cut off or could not be decoded; `body` is the part that arrived.
    case incomplete(status: Int, body: [UInt8], reason: String)
    /// No answer arrived; `mayHaveArrived` is whether the receiver may have the request anyway.
    case failed(String, mayHaveArrived: Bool = true)
    /// No request can reach the receiver until the administrator corrects what the text names.
    case misconfigured(String)
    /// The wait was cancelled because the process stops.
    case cancelled

    /// The statuses of a gateway when the receiver behind it did not answer.
    private static let gatewaySilence: Set<Int> = [502, 504]

    /// Whether the receiver may have the request although it did not confirm it.
    package var leavesOpen: Bool {
        switch self {
        case .failed(_, let mayHaveArrived): mayHaveArrived
        case .incomplete: true
        case .answered(let status, _, _, _): Self.gatewaySilence.contains(status)
        case .misconfigured, .cancelled: false
        }
    }
}
