package import Basics
package import HTTP

/// Why the simulated API cannot start, or cannot apply a behaviour.
package enum SimulatedAPIError: Error, Equatable, CustomStringConvertible {
    case server(HTTPError)
    /// The file for the received records cannot be opened.
    case log(SystemError)
    /// The description of a behaviour is wrong.
    case badBehaviour(String)

    package var description: String {
        switch self {
        case .server(let error): "the simulated API cannot start: \(error)"
        case .log(let error): "the log of received records cannot be written (\(error)); choose another file"
        case .badBehaviour(let reason): "this is no behaviour of the simulated API: \(reason)"
        }
    }
}
