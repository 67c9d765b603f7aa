import Basics

/// Which calls of the history are asked for; `nil` and an empty list stand for any.
struct HistoryFilter: Sendable {
    /// The begin of the call.
    var from: Timestamp?
    /// Exclusive.
    var to: Timestamp?
    /// The call has each of them.
    var extensions: [String] = []
    var number: String?
    var queue: String?
    /// Only calls that ended before the one with this number.
    var before: Int?
}
