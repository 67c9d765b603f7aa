import Basics
package import HTTP

extension Authentication {
    /// The access token in `Authorization: Bearer`, or beside the subprotocols that a WebSocket offers, for the router of
    /// the service.
    ///
    /// The principal has the name of the user; its roles are that of the user and those that it includes, so
    /// `Access.roles(["manager"])` lets administrators in too. Its details are the `Caller`, which handlers get by
    /// `RoutedRequest.caller`:
    ///
    /// ```swift
    /// Route(.put, "/api/ami/calls/{id}/hold", access: .authenticated) { request in
    ///     let caller = try request.caller
    ///     guard caller.account.may(.holdCalls, callOf: call.extension) else {
    ///         throw CallsFailure.forbidden.because("Call belongs to another extension")
    ///     }
    ///     …
    /// }
    /// ```
    ///
    /// The caller's account is the one of this moment. It does not end by itself when the session does: what lasts,
    /// such as a socket, is closed by `LoginService.whenSessionEnds`, and at `Caller.expiry` unless it is renewed.
    package static func calls(_ logins: LoginService) -> Authentication {
        Authentication(challenge: "Bearer") { request, _ in
            let token: String
            if let header = request.headers["Authorization"] {
                guard let word = word(of: header, behind: "bearer") else { return .refused() }
                token = word
            } else {
                guard let offered = EventSocketProtocol.token(of: request) else { return .missing }
                token = offered
            }
            switch logins.caller(of: token, at: logins.configuration.clock()) {
            case .success(let caller):
                let role = caller.account.role
                let roles = Set(CallRole.allCases.filter { $0 <= role }.map(\.rawValue))
                return .accepted(Principal(caller.account.username, roles: roles, details: caller))
            case .failure(.expired): return .denied(CallsFailure.tokenExpired.because("Token expired"))
            case .failure(.revoked): return .denied(CallsFailure.tokenRevoked.because("Token revoked"))
            case .failure(.invalid): return .refused()
            }
        }
    }
}

extension RoutedRequest {
    private static let forwarding = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]

    /// Whether a program on this machine asks, without a proxy between: a proxy is on this machine too, and its clients
    /// are not.
    var isFromThisMachine: Bool {
        request.peer?.isLoopback == true && !Self.forwarding.contains { headers[$0] != nil }
    }

    /// Throws for who is neither on this machine nor an administrator; for a route that is open.
    func requireMachineOrAdmin(_ authentication: Authentication) throws(RequestFailure) {
        guard !isFromThisMachine else { return }
        switch authentication.outcome(of: request, client) {
        case .accepted(let principal):
            guard principal.roles.contains(CallRole.admin.rawValue) else { throw CallsAnswers.accessFailures.forbidden }
        case .missing, .refused: throw CallsAnswers.accessFailures.missing
        case .denied(let failure): throw failure
        }
    }

    /// Who makes the request; throws UNAUTHORIZED where the route is open or has another authentication.
    package var caller: Caller {
        get throws(RequestFailure) {
            guard let caller = principal?.details as? Caller else { throw CallsAnswers.accessFailures.missing }
            return caller
        }
    }
}
