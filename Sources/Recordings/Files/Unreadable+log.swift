import Basics

extension Unreadable {
    /// Fields for the log; the path comes from outside and may contain a caller's number, the explanation does not.
    var fields: [Logger.Field] { [.init("path", path[...].text), .init(own: "error", explanation)] }
}
