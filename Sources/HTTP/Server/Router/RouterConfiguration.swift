package import Basics

extension Router {
    /// What holds for all routes of one table.
    package struct Configuration: Sendable {
        /// The names by which the service may be asked; `nil` for any.
        package var hosts: AllowedHosts?
        /// `nil`: Origin is not looked at, and no page of another origin may read an answer.
        package var crossOrigin: CrossOriginPolicy?
        /// Needed where a route is not open.
        package var authentication: Authentication?
        /// Limits tries with wrong credentials; `nil` for no limit.
        package var failedLogins: FailedLogins?
        /// Whose headers X-Forwarded-For, -Proto and -Host are believed.
        package var trustedProxies: [IPNetwork] = []
        /// Who is told that a path is unknown, instead of asked for credentials.
        package var unknownPaths = Access.open
        package var errors = ErrorFormat.json
        /// What each answer has that has not a field of the same name.
        package var headers = Router.safeguards
        /// The longest body, in bytes; 413 beyond.
        package var bodyLimit = 64 << 10
        /// The time of a handler that answers later; then it is cancelled and the answer is 504.
        package var deadline = Duration.seconds(30)
        /// Whether the server speaks TLS itself.
        package var isTLS = false
        /// Gets a line for each answer at DEBUG: the route and not the path, no query, no header, no body.
        package var log: Logger?
        /// Called for each request that no handler answers, and each error that one throws, on any thread.
        package var didFail: (@Sendable (RequestFailure, RequestSource) -> Void)?
        /// Called for each answer, on any thread.
        package var didAnswer: (@Sendable (AnsweredRequest) -> Void)?

        package init() {}
    }

    /// Tells a browser to take each answer for what it says it is, show it in no other page, load nothing from
    /// elsewhere, and keep nothing.
    package static let safeguards: HTTPHeaders = [
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
    ]
}

/// Which request something is about.
package struct RequestSource: Sendable {
    package let id: RequestID
    package let client: RequestClient
    package let method: String
    /// The pattern of its route; `nil` where there is none.
    package let pattern: String?
    /// What the handler threw, when that was no `RequestFailure`.
    package var error: (any Error)?
}

/// What became of a request.
package struct AnsweredRequest: Sendable {
    package let source: RequestSource
    /// 499 when the client did not wait for it.
    package let status: Int
    /// From the end of its head to the answer.
    package let duration: Duration
}
