/// The ids that a recording may get at the API, in order of preference.
package struct RecordingIDProposals: Sendable, Equatable {
    /// Ids to use when no other recording has them and the call began after ids were first stored.
    package var plain: [[UInt8]]
    /// Ids that distinguish it from others with the same plain id; the last one is used without a check.
    package var marked: [[UInt8]]
    /// When its call began, in seconds since 1970; `nil` when its name has no UniqueID.
    package var callStart: Int?

    package init(plain: [[UInt8]], marked: [[UInt8]], callStart: Int? = nil) {
        self.plain = plain
        self.marked = marked
        self.callStart = callStart
    }

    /// - Parameter idsSince: the time since which ids are stored, in seconds since 1970.
    func candidates(idsSince: Int) -> [[UInt8]] {
        if let callStart, callStart < idsSince { return marked }
        return plain + marked
    }
}
