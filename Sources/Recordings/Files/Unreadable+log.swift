import Basics

extension Unreadable {
    /// For the log: the path comes from outside and may have a caller's number in it, the users and the mode do not.
    var fields: [Logger.Field] { [.init("path", path[...].text), .init(own: "error", explanation)] }
}
