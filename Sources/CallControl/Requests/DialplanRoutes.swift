import Basics
import HTTP
import LiveCalls

/// What a dialplan asks before it rings an agent: plain text, from memory.
///
/// Only from this machine and without a proxy between, or with CALLS_DIALPLAN_TOKEN: a proxy is on this machine too, and
/// its clients are not.
struct DialplanRoutes: Sendable {
    let live: LiveState
    /// `nil` for none.
    let token: SecretDigest?

    var routes: [Route] {
        [
            route("/api/dialplan/agent-paused/{extension}") { agent in agent?.isPaused == true ? "1" : "0" },
            route("/api/dialplan/presence/{extension}") { agent in agent?.state.rawValue ?? "unknown" },
        ]
    }

    private func route(
        _ pattern: String,
        _ text: @escaping @Sendable ((isPaused: Bool, state: LiveAgent.State)?) -> String
    ) -> Route {
        .immediate(.get, pattern, access: .open) { request in
            guard mayAsk(request) else { throw CallsFailure.unauthorized.because("Unauthorized") }
            return ServerResponse(status: 200, text: text(live.agent(request["extension"])))
        }
    }

    private func mayAsk(_ request: RoutedRequest) -> Bool {
        if let header = request.headers["Authorization"], let given = Authentication.word(of: header, behind: "bearer")
        {
            return token?.matches(given) == true
        }
        return request.isFromThisMachine
    }
}
