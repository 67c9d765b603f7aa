import Basics

/// Who asked for what, and what came of it.
struct AuditEntry: Sendable, Equatable {
    /// 0 until it is stored.
    var id = 0
    var at: Timestamp
    /// Empty where no user is known.
    var user: String
    var role: String
    var address: String
    var action: String
    /// The call, agent, queue or user that it was about.
    var target: String
    /// The fields of the request; never passwords and tokens.
    var parameters: String
    /// `nil` while it is at work.
    var result: Result?
    /// The code of the error; empty for none.
    var code = ""
    var milliseconds: Int?
    var requestID: String

    enum Result: String, Sendable, CaseIterable {
        case ok, refused, failed
        /// It may have been done: no answer came, or the service stopped meanwhile.
        case unknown

        /// From the status of an answer.
        init(status: Int) {
            self =
                switch status {
                case ..<400: .ok
                case 504: .unknown
                case ..<500: .refused
                default: .failed
                }
        }
    }

    /// The longest `parameters`, in bytes.
    static let longestParameters = 2000

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.required("id", id)
        json.required("at", Int(at.microseconds / 1000))
        json.required("user", user)
        json.required("role", role)
        json.required("address", address)
        json.required("action", action)
        json.required("target", target)
        json.required("parameters", parameters)
        json.key("result")
        json.stringOrNull(result?.rawValue)
        json.key("code")
        json.stringOrNull(code.isEmpty ? nil : code)
        json.key("ms")
        json.integerOrNull(milliseconds)
        json.required("requestId", requestID)
        json.key("instance")
        json.null()
        json.endObject()
    }
}

/// The answer to a request with an Idempotency-Key, as it is given again.
struct KeptAnswer: Sendable, Equatable {
    let status: Int
    /// The code of a failure; empty for a success.
    let code: String
    /// The body of a success, the message of a failure.
    let body: [UInt8]

    /// Whether a repetition gets the same answer: what was refused for the moment may be tried again.
    var isKept: Bool { ![401, 403, 429, 503].contains(status) && code != CallsFailure.busy.rawValue }
}

/// How a request with an Idempotency-Key begins.
enum AuditStart: Sendable, Equatable {
    /// It is to be done; the entry has this id.
    case begun(Int)
    /// It was done before.
    case again(KeptAnswer)
    /// The first one is at work.
    case atWork
    /// The first one got no answer, since the service stopped.
    case unanswered
    /// The key was used for another request.
    case mismatch
}
