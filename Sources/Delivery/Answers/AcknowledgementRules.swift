/// What counts as an acknowledgement of one request.
package struct AcknowledgementRules: Sendable {
    /// The setting `API_ACK`.
    package enum Mode: String, Sendable, CaseIterable {
        /// The body of an answer counts: a JSON object, or no body at all where the status allows that.
        case json
        /// The status alone counts, unless the body is HTML or an object that reports an error.
        case status
    }

    package var mode: Mode
    /// Of a recording: nothing but a complete answer counts, because its file is deleted or moved afterwards.
    package var isRecording: Bool
    /// An earlier try of the same request had no answer: a receiver that counts only what is new to it reports a lower
    /// `queued_count` for this one.
    package var mayHaveArrived: Bool

    package init(mode: Mode = .json, isRecording: Bool = false, mayHaveArrived: Bool = false) {
        self.mode = mode
        self.isRecording = isRecording
        self.mayHaveArrived = mayHaveArrived
    }
}
