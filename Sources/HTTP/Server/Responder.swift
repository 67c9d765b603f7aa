/// The source of a server's answers.
protocol Responder: Sendable {
    /// Checks the head of a request before its body is read; runs on the thread of the connection, so it must not
    /// block.
    func admit(_ head: ServerRequest) -> RequestAdmission
}

/// How a request is handled, decided by its head.
struct RequestAdmission: Sendable {
    /// The longest body in bytes; a longer one is read and dropped.
    let bodyLimit: Int
    /// Called once, when the request is complete; without a body when that is too long.
    let answer: @Sendable (_ body: [UInt8]?) -> Answer

    /// The same answer, whatever the body is.
    static func refused(_ response: ServerResponse) -> RequestAdmission {
        RequestAdmission(bodyLimit: 0) { _ in .now(response) }
    }
}

enum Answer: Sendable {
    case now(ServerResponse)
    /// The connection is suspended until the work is done.
    case later(DeferredAnswer)
}

/// An answer that takes time.
struct DeferredAnswer: Sendable {
    /// Why the answer is not the result of the work.
    enum Failure: Sendable, Equatable {
        /// Too many others are running; this one has not started.
        case busy
        case deadline
        /// The server stops.
        case stopping
        /// The client has closed its connection and does not read the answer.
        case gone
    }

    let deadline: ContinuousClock.Instant
    /// Cancelled when its answer is no longer wanted.
    let work: @Sendable () async -> ServerResponse
    let failed: @Sendable (Failure) -> ServerResponse
    /// Called once, with the answer that the client gets.
    let didFinish: @Sendable (ServerResponse) -> Void
}

/// Passes each complete request to one function.
struct HandlerResponder: Responder {
    private let handler: HTTPServer.Handler
    private let maxBodyBytes: Int

    init(_ handler: @escaping HTTPServer.Handler, maxBodyBytes: Int) {
        self.handler = handler
        self.maxBodyBytes = maxBodyBytes
    }

    func admit(_ head: ServerRequest) -> RequestAdmission {
        RequestAdmission(bodyLimit: maxBodyBytes) { [handler, maxBodyBytes] body in
            guard let body else {
                return .now(ServerResponse(status: 413, text: "the body is longer than \(maxBodyBytes) bytes\n"))
            }
            var request = head
            request.body = body
            return .now(handler(request))
        }
    }
}
