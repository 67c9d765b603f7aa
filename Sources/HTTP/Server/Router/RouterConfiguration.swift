package import Basics

extension Router {
    /// Settings for all routes of one table.
    package struct Configuration: Sendable {
        /// The accepted names in the header Host; `nil` for any.
        package var hosts: AllowedHosts?
        /// The policy for pages of other origins; with `nil`, Origin is ignored and no such page may read an answer.
        package var crossOrigin: CrossOriginPolicy?
        /// Required when a route is not open.
        package var authentication: Authentication?
        /// The answers to clients without credentials, with wrong ones, and without the role.
        package var accessFailures = AccessFailures()
        /// Limits attempts with wrong credentials; `nil` for no limit.
        package var failedLogins: FailedLogins?
        /// The proxies whose headers X-Forwarded-For, -Proto and -Host are trusted.
        package var trustedProxies: [IPNetwork] = []
        /// Who gets 404 for an unknown path; others are asked for credentials.
        package var unknownPaths = Access.open
        package var errors = ErrorFormat.json
        /// Headers that are added to each answer that has no field of the same name.
        package var headers = Router.safeguards
        /// The longest body, in bytes; a longer one is answered with 413.
        package var bodyLimit = 64 << 10
        /// The time limit of a handler that answers later; then it is cancelled and the answer is 504.
        package var deadline = Duration.seconds(30)
        /// Whether the server speaks TLS itself.
        package var isTLS = false
        /// Receives a line for each answer at DEBUG: with the route instead of the path, without query, headers and
        /// body.
        package var log: Logger?
        /// Called for each request that no handler answers, and each error that a handler throws, on any thread.
        package var didFail: (@Sendable (RequestFailure, RequestSource) -> Void)?
        /// Called for each answer, on any thread.
        package var didAnswer: (@Sendable (AnsweredRequest) -> Void)?

        package init() {}
    }

    /// Headers by which a browser keeps to the stated type of each answer, shows it in no other page, loads nothing
    /// from elsewhere, and caches nothing.
    package static let safeguards: HTTPHeaders = [
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
    ]
}

/// The failures that a client gets where its credentials do not suffice; a service with texts of its own sets them.
///
/// A status other than 401 has no header WWW-Authenticate. An `Authentication.Outcome` with its own failure has
/// precedence.
package struct AccessFailures: Sendable {
    package var missing = RequestFailure(.unauthenticated, "this needs credentials")
    package var refused = RequestFailure(.loginRefused, "the credentials are not right")
    package var forbidden = RequestFailure(.forbidden, "the role may not do this")

    package init() {}
}

/// The request that a report is about.
package struct RequestSource: Sendable {
    package let id: RequestID
    package let client: RequestClient
    package let method: String
    /// The pattern of its route; `nil` when there is none.
    package let pattern: String?
    /// The error that the handler threw, when it is not a `RequestFailure`.
    package var error: (any Error)?
}

/// The result of a request.
package struct AnsweredRequest: Sendable {
    package let source: RequestSource
    /// The status of the answer; 499 when the client did not wait for it.
    package let status: Int
    /// The time from the end of its head to the answer.
    package let duration: Duration
}
