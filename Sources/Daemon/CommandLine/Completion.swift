/// What a shell offers where a value is expected.
package enum Completion: Sendable {
    case nothing
    case files
    case directories

    /// - Parameter placeholder: what the help calls the value.
    package init(of placeholder: String) {
        switch placeholder {
        case "FILE": self = .files
        case "DIR": self = .directories
        default: self = .nothing
        }
    }
}
