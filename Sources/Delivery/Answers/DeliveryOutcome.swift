/// How a request to the API ended.
package enum DeliveryOutcome: Sendable, Equatable {
    /// An answer came; `retryAfter` is what it asked for.
    ///
    /// `shown` is the body without secrets, where that is not `body` itself: only it may reach a person.
    case answered(status: Int, retryAfter: Duration?, body: [UInt8], shown: [UInt8]? = nil)
    /// The head of a 2xx came, and its body broke off or could not be decoded; `body` is what came of it.
    case incomplete(status: Int, body: [UInt8], reason: String)
    /// None came; `mayHaveArrived` is whether the receiver may have the request all the same.
    case failed(String, mayHaveArrived: Bool = true)
    /// Nothing gets as far as the receiver, before a person corrects what the text names.
    case misconfigured(String)
    /// We stopped waiting because we stop.
    case cancelled

    /// What a gateway answers when the receiver behind it did not.
    private static let gatewaySilence: Set<Int> = [502, 504]

    /// Whether the receiver may have what was sent although it did not say so.
    package var leavesOpen: Bool {
        switch self {
        case .failed(_, let mayHaveArrived): mayHaveArrived
        case .incomplete: true
        case .answered(let status, _, _, _): Self.gatewaySilence.contains(status)
        case .misconfigured, .cancelled: false
        }
    }
}
