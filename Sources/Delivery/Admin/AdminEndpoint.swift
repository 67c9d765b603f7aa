import Basics
import HTTP

/// The routes of the control socket, for both the client and the server.
enum AdminEndpoint: String, CaseIterable, Sendable {
    case spool = "/spool"
    case gaps = "/gaps"
    case deadLetters = "/dead-letters"
    case deadLetter = "/dead-letters/{number}"
    case deadLetterBody = "/dead-letters/{number}/body"
    case retry = "/dead-letters/retry"
    case drop = "/dead-letters/drop"
    case recordings = "/recordings"
    case recordingTotals = "/recordings/books"
    case knownRecordings = "/recordings/known"
    case retryRecordings = "/recordings/retry"

    var method: Route.Method {
        switch self {
        case .retry, .drop, .knownRecordings, .retryRecordings: .post
        case .spool, .gaps, .deadLetters, .deadLetter, .deadLetterBody, .recordings, .recordingTotals: .get
        }
    }

    /// A request to this route.
    ///
    /// - Parameter number: replaces `{number}` in the path.
    func request(_ number: Int? = nil, query: [(String, String)] = []) -> HTTPRequest {
        let path = number.map { rawValue.replacing("{number}", with: "\($0)") } ?? rawValue
        let arguments = query.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        return HTTPRequest(.get, "http://localhost\(path)\(arguments.isEmpty ? "" : "?\(arguments)")")
    }

    /// A request to this route with a body.
    func request(body: JSONWriter) -> HTTPRequest {
        HTTPRequest(
            .post,
            "http://localhost\(rawValue)",
            headers: ["Content-Type": "application/json"],
            body: .bytes(body.bytes)
        )
    }
}
