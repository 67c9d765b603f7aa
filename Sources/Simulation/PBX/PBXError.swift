package import Basics

/// An error of the simulated PBX.
package enum PBXError: Error, Equatable, CustomStringConvertible {
    case cannotListen(NetworkError)
    case cannotLog(SystemError)
    case system(SystemError)
    case alreadyPlaying
    case stopped

    package var description: String {
        switch self {
        case .cannotListen(let error): "the simulated PBX cannot listen; choose another port, or 0 for any: \(error)"
        case .cannotLog(let error): "the emission log cannot be written; choose another path: \(error)"
        case .system(let error): "the simulated PBX cannot start; raise the limit on open files: \(error)"
        case .alreadyPlaying: "the simulated PBX plays calls already; wait until they are over, or stop them"
        case .stopped: "the simulated PBX was stopped; start a new one"
        }
    }
}
