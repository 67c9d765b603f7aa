import Daemon
package import HTTP
import Spool

/// An error of the admin API.
package struct AdminError: Error, Equatable, CustomStringConvertible {
    /// The kind of error; the raw value is the HTTP status.
    package enum Kind: Int, Sendable, CaseIterable {
        /// The request is malformed.
        case malformed = 400
        /// There is nothing with that number or path.
        case missing = 404
        case notAllowed = 405
        /// There is no spool, or it is unavailable.
        case unavailable = 503
        /// A process has the spool but does not answer.
        case busy = 504
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    init(_ error: SpoolError) {
        if case .locked = error {
            self.init(
                .busy,
                "a process has the spool and does not answer at its control socket; try again, and when that does not"
                    + " help, look at its log: it may be starting, or without a socket"
            )
        } else {
            self.init(.unavailable, "\(error)")
        }
    }

    /// The error as a response of the control socket.
    package var failure: RequestFailure {
        RequestFailure(status: kind.rawValue, code: "\(kind)", description)
    }

    var exitCode: ExitCode {
        switch kind {
        case .malformed, .notAllowed: .internalError
        case .missing: .failure
        case .unavailable: .unavailable
        case .busy: .temporaryFailure
        }
    }
}
