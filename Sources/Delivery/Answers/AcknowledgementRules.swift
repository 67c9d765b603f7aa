/// The rules for what counts as an acknowledgement of one request.
package struct AcknowledgementRules: Sendable {
    /// The setting `API_ACK`.
    package enum Mode: String, Sendable, CaseIterable {
        /// The body counts: a JSON object, or no body where the status allows that.
        case json
        /// The status alone counts, unless the body is HTML or an object that reports an error.
        case status
    }

    /// Whether the body of an answer counts, or only its status.
    package var mode: Mode
    /// Whether the request is a recording: only a complete answer counts, because the file is deleted or moved
    /// afterwards.
    package var isRecording: Bool
    /// Whether an earlier attempt of the same request had no answer.
    ///
    /// A receiver that counts only new records then reports a lower `queued_count` for this one.
    package var mayHaveArrived: Bool

    package init(mode: Mode = .json, isRecording: Bool = false, mayHaveArrived: Bool = false) {
        self.mode = mode
        self.isRecording = isRecording
        self.mayHaveArrived = mayHaveArrived
    }
}
