package import Basics

/// A user of manager.conf.
package struct PBXUser: Sendable {
    package var name: String
    package var secret: Secret
    /// What the user's sessions may see.
    package var read: PBXEventClass
    /// What the user may do.
    package var write: PBXEventClass
    /// False lets the user log in once at a time.
    package var allowsMultipleLogin: Bool

    /// The user that the manual recommends: sees `cdr,call`, and may ask for the settings and the status.
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
