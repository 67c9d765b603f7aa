import Basics
import HTTP

/// A way in which the simulated API fails a request of records.
///
/// libcurl silently repeats a request that is aborted on a reused connection; such a request counts twice here.
package enum Fault: Sendable, Equatable {
    /// Answers with this status and accepts nothing.
    case status(Int, retryAfter: String? = nil, body: String = "")
    /// Stays silent for this time, then aborts the connection; accepts nothing.
    case hang(Duration)
    /// Aborts the connection; accepts nothing.
    case reset
    /// Works, but answers only after this time.
    case slow(Duration)
    /// Accepts the records, then aborts the connection instead of answering.
    case answerLost
    /// Answers 200 with a web page, like a captive portal; accepts nothing.
    case html
    /// Accepts the records, but answers with a `queued_count` that is one too low.
    case wrongCount
    /// Accepts the records, but gives this answer; an `encoding` is only named in Content-Encoding, not applied.
    case answer(Int, body: String = "", encoding: String? = nil)
    /// Answers 415 to a compressed body, and works otherwise.
    case gzipRefused

    /// Reads a fault from JSON.
    ///
    /// Either one of the strings `reset`, `answer_lost`, `html`, `wrong_count` and `gzip_refused`, or an object:
    /// `{"status":503,"retry_after":"2","body":"…"}`, `{"answer":200,"body":"…","encoding":"gzip"}`, `{"hang":60}`,
    /// `{"slow":0.5}` (seconds).
    init(_ json: JSONValue) throws(SimulatedAPIError) {
        if let seconds = json["hang"]?.seconds {
            self = .hang(seconds)
        } else if let seconds = json["slow"]?.seconds {
            self = .slow(seconds)
        } else if let status = json["status"]?.integer, (200...599).contains(status) {
            let body = json["body"]?.string ?? ""
            self = .status(status, retryAfter: json["retry_after"]?.string, body: body)
        } else if let status = json["answer"]?.integer, (200...599).contains(status) {
            self = .answer(status, body: json["body"]?.string ?? "", encoding: json["encoding"]?.string)
        } else {
            switch json.string {
            case "reset": self = .reset
            case "answer_lost": self = .answerLost
            case "html": self = .html
            case "wrong_count": self = .wrongCount
            case "gzip_refused": self = .gzipRefused
            default:
                throw .badBehaviour(
                    "a fault is a text such as \"reset\" or an object with status, answer, hang or slow"
                )
            }
        }
    }
}

extension Fault {
    /// The special answer to an accepted request; `nil` for the usual answer.
    var acceptance: ServerResponse? {
        guard case .answer(let status, let body, let encoding) = self else { return nil }
        var response = ServerResponse(status: status, headers: [:], body: Array(body.utf8))
        if let encoding { response.headers.append("Content-Encoding", encoding) }
        return response
    }
}

extension JSONValue {
    /// The number as seconds; `nil` when it is not a number, or negative.
    var seconds: Duration? {
        switch self {
        case .integer(let value) where value >= 0: .seconds(value)
        case .number(let value) where value >= 0 && value < 1e9: .seconds(value)
        default: nil
        }
    }
}
