import AMI
import Basics

/// What became of an action.
///
/// `answered` says only that the PBX took the action: whether it did what it means, the events tell.
enum CommandReply: Sendable {
    case answered(AMIReply)
    /// The PBX refused it; with its own message.
    case refused(String)
    /// The AMI user lacks the right.
    case denied
    /// It was sent, and no answer came in time or before the connection was lost: it may have been done.
    case unknown
    /// There is no connection; it was not sent.
    case down
    /// Too many actions wait for their answers; it was not sent.
    case busy

    /// The label of the metrics.
    enum Result: String, Sendable, CaseIterable {
        case answered, refused, denied, unknown, down, busy
    }

    var result: Result {
        switch self {
        case .answered: .answered
        case .refused: .refused
        case .denied: .denied
        case .unknown: .unknown
        case .down: .down
        case .busy: .busy
        }
    }

    /// The header of an answer, such as `Value` of a Getvar; `nil` without an answer or the header.
    subscript(name: HeaderName) -> String? {
        if case .answered(let reply) = self { reply.response[name]?.text } else { nil }
    }

    /// From what the client of AMI says.
    init(_ error: AMIError) {
        self =
            switch error {
            case .actionRefused(_, "Permission denied"): .denied
            case .actionRefused(_, let message): .refused(message)
            case .notConnected: .down
            default: .unknown
            }
    }
}
