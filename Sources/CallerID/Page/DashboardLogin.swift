import Basics
import Daemon
import HTTP

/// The way of a browser to the dashboard: it sends a token once, and has a cookie afterwards.
struct DashboardLogin: Sendable {
    private let authentication: Authentication
    private let failures: FailedLogins
    private let sessions: DashboardSessions
    /// Whether any token could be right.
    private let hasTokens: Bool

    init(
        _ configuration: CallerIDConfiguration,
        authentication: Authentication,
        failures: FailedLogins,
        sessions: DashboardSessions
    ) {
        self.authentication = authentication
        self.failures = failures
        self.sessions = sessions
        hasTokens = !configuration.adminToken.revealed.isEmpty || !configuration.secretKey.revealed.isEmpty
    }

    /// Checks the token of the form, begins a session and sends the browser to the dashboard.
    ///
    /// - Throws: `RequestFailure`.
    func logIn(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let text = try RequestParameters(request)["token"] ?? ""
        let token = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        guard !token.isEmpty else { throw RequestFailure(status: 403, code: "unauthenticated", "Enter a token") }
        let head = ServerRequest(method: "POST", path: "/dashboard", headers: ["X-Admin-Token": token])
        switch authentication.outcome(of: head, request.client) {
        case .accepted(let principal) where principal.roles.contains(TokenRole.viewer.rawValue):
            let expiry = (principal.details as? JSONWebToken)?.expiry
            let isSecure = request.client.scheme == "https"
            return Self.redirect(sessions.begin(principal.name, until: expiry, isSecure: isSecure))
        case .denied(let failure): throw failure
        case .accepted, .missing: throw CallerIDAnswers.invalidToken
        case .refused:
            if let wait = failures.record(request.client.address) {
                throw RequestFailure(
                    .tooManyFailures,
                    CallerIDAnswers.tooManyFailures,
                    headers: ["Retry-After": "\(max(wait.components.seconds, 1))"]
                )
            }
            throw CallerIDAnswers.invalidToken
        }
    }

    func logOut(_ request: RoutedRequest) -> ServerResponse {
        Self.redirect(sessions.end(request.request, isSecure: request.client.scheme == "https"))
    }

    private static func redirect(_ cookie: String) -> ServerResponse {
        ServerResponse(status: 303, headers: ["Location": "/dashboard", "Set-Cookie": cookie])
    }

    /// Errors as a page with the form.
    var errors: ErrorFormat {
        let hasTokens = hasTokens
        return ErrorFormat { failure, _ in
            let isFirst = failure.code == RequestFailure.Kind.unauthenticated.rawValue
            let message =
                !hasTokens
                ? "Set ADMIN_TOKEN, or SECRET_KEY, in the settings of the service to log in here."
                : isFirst
                    ? "Log in with ADMIN_TOKEN, or with a token of the role viewer or above." : failure.description
            var content = PageContent()
            content.fields = [("state", isFirst ? "none" : "bad"), ("message", message)]
            // An address that may not log in gets no form.
            let form = hasTokens && failure.code != CallerIDPort.addressCode ? Self.form : ""
            let body = content.html(PackageResources.login_html) { _, _ in form }
            return ServerResponse(status: failure.status, headers: Self.headers, body: body)
        }
    }

    private static let form = """
        <form action="/dashboard" method="post">
          <input type="text" name="name" value="caller IDs" autocomplete="username" hidden>
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
          <button>Log in</button>
        </form>
        """

    static let headers: HTTPHeaders = [
        "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": PageLook.policy(hasForm: true),
    ]
}
