import Basics

/// One Cdr object of Asterisk's engine, from its creation to its event.
struct PBXCallRecord: Sendable {
    /// Index of the channel that is party A.
    let owner: Int
    let sequence: Int
    let start: Timestamp
    var destination: String
    var context: String
    /// Index of the channel that is party B.
    var peer: Int?
    var application = ""
    var applicationData = ""
    var answer: Timestamp?
    var end: Timestamp?
    var disposition: String?
    var userField = ""
    /// `false` for objects that Asterisk discards: those of channels that were only party B.
    var isSent = false

    /// Whole seconds, truncated as cdr.c does.
    func seconds(since begin: Timestamp?) -> Int {
        guard let begin, let end else { return 0 }
        return Int((end.microseconds - begin.microseconds) / 1_000_000)
    }
}
