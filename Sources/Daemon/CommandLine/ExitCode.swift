/// The exit status of the program; the numbers over 63 are those of sysexits.h.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case success = 0
    case failure = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case internalError = 70
    case temporaryFailure = 75
    case configuration = 78

    var meaning: String {
        switch self {
        case .success: "fine"
        case .failure: "failure, or records are missing"
        case .usage: "the command line is wrong"
        case .badData: "a file has wrong rows"
        case .noInput: "a file cannot be read"
        case .unavailable: "the spool, a port or a simulated peer is unavailable"
        case .internalError: "internal error; please report it"
        case .temporaryFailure: "temporary failure (another process has the spool)"
        case .configuration: "the configuration is wrong"
        }
    }
}
