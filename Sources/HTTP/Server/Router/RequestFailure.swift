import Basics

/// Why a request gets no answer from its handler; a handler may throw one too.
package struct RequestFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        /// The request has no credentials.
        case unauthenticated
        /// The credentials are wrong.
        case loginRefused = "login_refused"
        /// The client lacks the role.
        case forbidden
        /// The request comes from a page of another origin.
        case foreignOrigin = "foreign_origin"
        case unknownPath = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case bodyTooLarge = "body_too_large"
        /// The header Host has a name that is not one of the service's.
        case misdirected
        /// Too many failed logins from one address.
        case tooManyFailures = "too_many_failures"
        /// The handler threw an error that is not a `RequestFailure`.
        case bug = "internal_error"
        /// Too many handlers are running.
        case busy
        case stopping
        case deadline = "deadline_exceeded"
        /// The client closed the connection; for the log only.
        case clientGone = "client_gone"

        /// The usual status of the answer.
        package var status: Int {
            switch self {
            case .badRequest: 400
            case .unauthenticated, .loginRefused: 401
            case .forbidden, .foreignOrigin: 403
            case .unknownPath: 404
            case .methodNotAllowed: 405
            case .bodyTooLarge: 413
            case .misdirected: 421
            case .tooManyFailures: 429
            case .clientGone: 499
            case .bug: 500
            case .busy, .stopping: 503
            case .deadline: 504
            }
        }
    }

    /// `nil` for a failure that a handler made with its own code.
    package let kind: Kind?
    package let status: Int
    /// The code for programs.
    package let code: String
    /// The text for people.
    package let description: String
    /// Additional headers of the answer, such as `Allow` or `Retry-After`.
    package var headers: HTTPHeaders

    /// - Parameter status: `nil` for the usual one of the kind.
    package init(_ kind: Kind, status: Int? = nil, _ description: String, headers: HTTPHeaders = [:]) {
        self.kind = kind
        self.status = status ?? kind.status
        code = kind.rawValue
        self.description = description
        self.headers = headers
    }

    package init(status: Int, code: String, _ description: String, headers: HTTPHeaders = [:]) {
        kind = nil
        self.status = status
        self.code = code
        self.description = description
        self.headers = headers
    }
}

/// The format of failures.
package struct ErrorFormat: Sendable {
    private let write: @Sendable (RequestFailure, RequestID) -> ServerResponse

    /// - Parameter write: makes the answer; the headers of the failure are added to it.
    package init(_ write: @escaping @Sendable (_ failure: RequestFailure, _ id: RequestID) -> ServerResponse) {
        self.write = write
    }

    /// As `{"error":"text","code":"not_found","request_id":"…"}`.
    package static let json = ErrorFormat { failure, id in
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.string(failure.description)
        json.key("code")
        json.string(failure.code)
        json.key("request_id")
        json.string(id.description)
        json.endObject()
        return ServerResponse(
            status: failure.status,
            headers: ["Content-Type": "application/json"],
            body: json.bytes
        )
    }

    /// The text and a line end.
    package static let text = ErrorFormat { failure, _ in
        ServerResponse(status: failure.status, text: "\(failure.description)\n")
    }

    func response(_ failure: RequestFailure, _ id: RequestID) -> ServerResponse {
        var response = write(failure, id)
        for field in failure.headers.fields where response.headers[field.name] == nil {
            response.headers.append(field.name, field.value)
        }
        return response
    }
}
