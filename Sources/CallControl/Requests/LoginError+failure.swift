import Basics
package import HTTP

extension LoginError {
    /// The answer to a client.
    package var failure: RequestFailure {
        switch self {
        case .badCredentials: CallsFailure.badCredentials.because("Wrong username or password")
        case .limited(let wait):
            CallsFailure.rateLimited.because("Too many failed logins", retryAfter: Self.seconds(wait))
        case .busy: CallsFailure.rateLimited.because("Too many requests", retryAfter: 1)
        case .refused: CallsFailure.unauthorized.because("Unauthorized")
        case .reused: CallsFailure.tokenRevoked.because("Token revoked")
        case .invalid(let message): CallsFailure.invalidRequest.because(message)
        case .forbidden(let role): CallsFailure.forbidden(role)
        case .taken(let name): CallsFailure.wrongState.because("User \(name) exists already")
        case .unknown: CallsFailure.userNotFound.because("User not found")
        case .changed: CallsFailure.versionConflict.because("User was changed meanwhile")
        case .lastSuperuser(let name): CallsFailure.wrongState.because("User \(name) is the last superuser")
        case .storeOff: CallsFailure.databaseOff.because("The database cannot be used", retryAfter: 5)
        case .failed: CallsFailure.internalError.because("internal error")
        }
    }

    /// Whole seconds, rounded up: a client that comes back then need not wait again.
    private static func seconds(_ wait: Duration) -> Int {
        max(1, Int(wait.components.seconds) + (wait.components.attoseconds > 0 ? 1 : 0))
    }
}
