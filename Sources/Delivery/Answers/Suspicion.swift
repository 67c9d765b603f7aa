/// Why the answer to a request counts neither as a success nor as a failure: what was sent goes again under the same key.
package struct Suspicion: Sendable, Equatable {
    /// As metrics count it.
    package enum Kind: String, Sendable, CaseIterable {
        /// A 2xx that the API does not use, or a status that HTTP does not have.
        case status
        /// 200 without a body.
        case empty
        case html
        /// Text, a list, null, a bare value, or JSON that is broken.
        case notObject = "not_object"
        /// An object that reports an error.
        case refusal
        /// A `queued_count` below the number sent.
        case lowCount = "low_count"
        /// The body broke off, or could not be decoded.
        case incomplete
    }

    package let kind: Kind
    /// What came.
    package let reason: String
    /// What the API says it queued, where that is why.
    package let queued: Int?

    package init(_ kind: Kind, _ reason: String, queued: Int? = nil) {
        self.kind = kind
        self.reason = reason
        self.queued = queued
    }

    /// What helps.
    package var advice: String {
        switch kind {
        case .incomplete: "look at the receiver, and at any proxy before it"
        case .empty, .notObject: "answer 204 or a JSON object, or set API_ACK=status"
        case .html:
            "a proxy or login page may answer for the API, check API_URL and API_PROXY; "
                + "a receiver of your own: answer 204 or a JSON object"
        case .status:
            "a proxy may answer for the API, check API_URL and API_PROXY; "
                + "a receiver of your own: answer 200, 201, 202 or 204"
        case .refusal: "ask the operator of the API; a receiver of your own: answer 4xx or 5xx when it fails"
        case .lowCount: "ask the operator of the API which records are missing and why, or set API_ACK=status"
        }
    }
}
