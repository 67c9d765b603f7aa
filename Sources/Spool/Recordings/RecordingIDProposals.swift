/// The ids that a recording may get at the API, the best first.
package struct RecordingIDProposals: Sendable, Equatable {
    /// What it is called when no other recording is, and its call began after ids were first noted.
    package var plain: [[UInt8]]
    /// What tells it from others of the same plain id; the last one is taken without a look.
    package var marked: [[UInt8]]
    /// When its call began, in seconds since 1970; `nil` when its name has no UniqueID.
    package var callStart: Int?

    package init(plain: [[UInt8]], marked: [[UInt8]], callStart: Int? = nil) {
        self.plain = plain
        self.marked = marked
        self.callStart = callStart
    }

    /// - Parameter idsSince: since when ids are noted, in seconds since 1970.
    func candidates(idsSince: Int) -> [[UInt8]] {
        if let callStart, callStart < idsSince { return marked }
        return plain + marked
    }
}
