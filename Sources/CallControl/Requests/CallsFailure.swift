package import HTTP

/// The codes of errors, each with its status; programs go by them.
///
/// A handler throws one with its message: `throw CallsFailure.wrongState.because("Call is ended")`.
package enum CallsFailure: String, Sendable, CaseIterable {
    case invalidRequest = "INVALID_REQUEST"
    case unauthorized = "UNAUTHORIZED"
    case tokenExpired = "TOKEN_EXPIRED"
    case tokenRevoked = "TOKEN_REVOKED"
    case badCredentials = "BAD_CREDENTIALS"
    case forbidden = "FORBIDDEN"
    /// The AMI user lacks a right.
    case rightMissing = "AMI_RIGHT_MISSING"
    case callNotFound = "CALL_NOT_FOUND"
    case transferNotFound = "TRANSFER_NOT_FOUND"
    case sessionNotFound = "SESSION_NOT_FOUND"
    case userNotFound = "USER_NOT_FOUND"
    case notFound = "NOT_FOUND"
    case wrongState = "WRONG_STATE"
    /// Another command for the same call is at work.
    case busy = "BUSY"
    case versionConflict = "VERSION_CONFLICT"
    case notSupported = "NOT_SUPPORTED"
    case misdirected = "MISDIRECTED"
    case keyMismatch = "IDEMPOTENCY_MISMATCH"
    case targetInvalid = "TARGET_INVALID"
    case rateLimited = "RATE_LIMITED"
    case refusedByPBX = "AMI_REFUSED"
    case pbxDown = "AMI_DOWN"
    case pbxBusy = "AMI_BUSY"
    case syncing = "SYNCING"
    case redisDown = "REDIS_DOWN"
    case databaseOff = "DATABASE_OFF"
    /// No answer from the PBX; the outcome is unknown.
    case pbxTimeout = "AMI_TIMEOUT"
    /// The service does too much at the moment, or stops.
    case unavailable = "UNAVAILABLE"
    /// The answer was not ready in time.
    case deadline = "DEADLINE_EXCEEDED"
    /// A bug.
    case internalError = "INTERNAL_ERROR"

    package var status: Int {
        switch self {
        case .invalidRequest: 400
        case .unauthorized, .tokenExpired, .tokenRevoked, .badCredentials: 401
        case .forbidden, .rightMissing: 403
        case .callNotFound, .transferNotFound, .sessionNotFound, .userNotFound, .notFound: 404
        case .wrongState, .busy, .versionConflict, .notSupported: 409
        case .misdirected: 421
        case .keyMismatch, .targetInvalid: 422
        case .rateLimited: 429
        case .internalError: 500
        case .refusedByPBX: 502
        case .pbxDown, .pbxBusy, .syncing, .redisDown, .databaseOff, .unavailable: 503
        case .pbxTimeout, .deadline: 504
        }
    }

    /// The failure with a message for people.
    ///
    /// - Parameter retryAfter: the header Retry-After, in seconds.
    package func because(_ message: String, retryAfter: Int? = nil) -> RequestFailure {
        var headers: HTTPHeaders = [:]
        if let retryAfter { headers.append("Retry-After", String(retryAfter)) }
        return RequestFailure(status: status, code: rawValue, message, headers: headers)
    }

    /// The failure for a role that may not do something at all.
    package static func forbidden(_ role: CallRole) -> RequestFailure {
        forbidden.because("Role \(role.rawValue) may not do this")
    }
}

extension CallsFailure {
    /// The code for a failure of the router itself, whose status it keeps.
    init(_ kind: RequestFailure.Kind) {
        self =
            switch kind {
            case .badRequest, .methodNotAllowed, .bodyTooLarge, .clientGone: .invalidRequest
            case .unauthenticated, .loginRefused: .unauthorized
            case .forbidden, .foreignOrigin: .forbidden
            case .unknownPath: .notFound
            case .misdirected: .misdirected
            case .tooManyFailures: .rateLimited
            case .bug: .internalError
            case .busy, .stopping: .unavailable
            case .deadline: .deadline
            }
    }
}

extension RequestFailure {
    /// The code of `CallsFailure`, also for a failure of the router.
    var callsCode: String { kind.map { CallsFailure($0).rawValue } ?? code }
}
