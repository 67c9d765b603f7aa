package import Basics

/// A user of manager.conf.
package struct PBXUser: Sendable {
    package var name: String
    package var secret: Secret
    /// The event classes that the user may receive.
    package var read: PBXEventClass
    /// The action classes that the user may execute.
    package var write: PBXEventClass
    /// Whether the user may have several sessions at once.
    package var allowsMultipleLogin: Bool

    /// The user that the manual recommends: receives `cdr,call`, and may query settings and status.
    package init(
        name: String = "connector",
        secret: Secret = Secret("secret"),
        read: PBXEventClass = [.cdr, .call],
        write: PBXEventClass = .reporting,
        allowsMultipleLogin: Bool = true
    ) {
        self.name = name
        self.secret = secret
        self.read = read
        self.write = write
        self.allowsMultipleLogin = allowsMultipleLogin
    }
}
