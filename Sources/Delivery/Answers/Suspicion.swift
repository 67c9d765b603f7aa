/// Why an answer counts neither as a success nor as a failure; the records are sent again under the same key.
package struct Suspicion: Sendable, Equatable {
    /// The label in metrics.
    package enum Kind: String, Sendable, CaseIterable {
        /// A 2xx that the API does not use, or an invalid HTTP status.
        case status
        /// 200 without a body.
        case empty
        case html
        /// Text, a list, null, a bare value, or broken JSON.
        case notObject = "not_object"
        /// An object that reports an error.
        case refusal
        /// A `queued_count` below the number sent.
        case lowCount = "low_count"
        /// The body was cut off or could not be decoded.
        case incomplete
    }

    package let kind: Kind
    /// A description of the answer.
    package let reason: String
    /// The reported `queued_count`, for `lowCount`.
    package let queued: Int?

    package init(_ kind: Kind, _ reason: String, queued: Int? = nil) {
        self.kind = kind
        self.reason = reason
        self.queued = queued
    }

    /// What the administrator can do.
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
