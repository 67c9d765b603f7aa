/// What a server asks for its answers.
protocol Responder: Sendable {
    /// Looks at the head of a request, before its body is read; on the thread of the connection, so it must not block.
    func admit(_ head: ServerRequest) -> RequestAdmission
}

/// What is to happen with a request whose head is there.
struct RequestAdmission: Sendable {
    /// Bytes; a longer body is read and thrown away.
    let bodyLimit: Int
    /// Called once, when the request is whole; without a body when that is too long.
    let answer: @Sendable (_ body: [UInt8]?) -> Answer

    /// The same answer, whatever the body is.
    static func refused(_ response: ServerResponse) -> RequestAdmission {
        RequestAdmission(bodyLimit: 0) { _ in .now(response) }
    }
}

enum Answer: Sendable {
    case now(ServerResponse)
    /// The connection is set aside until the work is done.
    case later(DeferredAnswer)
}

/// An answer that takes its time.
struct DeferredAnswer: Sendable {
    /// Why the answer is not what the work gives.
    enum Failure: Sendable, Equatable {
        /// Too many others are at work; this one has not begun.
        case busy
        case deadline
        /// The server stops.
        case stopping
        /// The client has closed its connection: nobody reads the answer.
        case gone
    }

    let deadline: ContinuousClock.Instant
    /// Cancelled when its answer is not wanted any more.
    let work: @Sendable () async -> ServerResponse
    let failed: @Sendable (Failure) -> ServerResponse
    /// Called once, with what the client gets.
    let didFinish: @Sendable (ServerResponse) -> Void
}

/// Gives each whole request to one function.
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
