/// What a shell completes where a value is expected.
package enum Completion: Sendable {
    case nothing
    case files
    case directories

    /// - Parameter placeholder: the name of the value in the help: `FILE` and `DIR` are completed.
    package init(of placeholder: String) {
        switch placeholder {
        case "FILE": self = .files
        case "DIR": self = .directories
        default: self = .nothing
        }
    }
}
