package import Basics

/// Which passwords a user may choose.
package enum PasswordRules {
    /// In characters.
    package static let shortest = 12

    /// What is wrong with a new password; `nil` when nothing is.
    package static func problem(_ password: Secret) -> String? {
        let text = password.revealed
        if text.count < shortest { return "the password needs \(shortest) characters or more" }
        if text.utf8.count > PasswordHash.longestPassword {
            return "the password may have \(PasswordHash.longestPassword) bytes at most"
        }
        return text.utf8.contains(0) ? "the password may not contain a NUL" : nil
    }
}
