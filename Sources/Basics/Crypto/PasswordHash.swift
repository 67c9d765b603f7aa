private import CCrypt
import Glibc

/// The hash of a password as crypt(5) writes it, such as `$y$j9T$SALT$HASH`.
///
/// New hashes are yescrypt with libxcrypt's cost. Hashes of users who come from elsewhere may also be bcrypt (`$2a$`,
/// `$2b$`, `$2y$`). Other methods are refused, and so are costs that would keep a processor busy for seconds, since each
/// login pays for them.
///
/// Making and comparing block for about 25 ms (bcrypt of cost 12: 250 ms) and take 16 MiB: call them on a thread of
/// their own, and bound how many run at a time.
///
/// ```swift
/// let hash = PasswordHash(of: password)          // at the registration
/// PasswordHash(stored)?.matches(password)        // at a login
/// ```
package struct PasswordHash: Sendable, Equatable {
    /// What is stored.
    package let text: String

    /// The longest password in bytes: libxcrypt takes no longer one.
    package static let longestPassword = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1

    /// The highest cost of bcrypt that is accepted: about a second.
    private static let highestCost = 14

    /// Reads a stored hash.
    ///
    /// - Returns: `nil` for any method but yescrypt and bcrypt, and for what is too costly.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard text.utf8.count < Int(CRYPT_OUTPUT_SIZE), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            parts.count >= 4, parts[0].isEmpty
        else { return nil }
        switch parts[1] {
        case "y":
            guard parts.count == 5, Self.yescryptCosts.contains(String(parts[2])) else { return nil }
        case "2a", "2b", "2y":
            guard parts.count == 4, parts[2].utf8.count == 2, parts[2].utf8.allSatisfy(ASCII.isDigit),
                let cost = Int(parts[2]), 4...Self.highestCost ~= cost
            else { return nil }
        default: return nil
        }
        self.text = text
    }

    /// The parameters that crypt_gensalt writes for its costs 1 to 7, 1 to 64 MiB.
    private static let yescryptCosts: Set<String> = ["j75", "j85", "j7T", "j8T", "j9T", "jAT", "jBT"]

    /// Hashes a password with a new salt; blocks.
    ///
    /// - Returns: `nil` for a password that is empty, longer than `longestPassword` or has a NUL, and when the system
    ///   gives no memory or no random bytes.
    package init?(of password: Secret) {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        let count = Int32(setting.count)
        guard unsafe crypt_gensalt_rn("$y$", 0, nil, 0, &setting, count) != nil,
            let text = Self.hash(password, with: setting)
        else { return nil }
        self.init(text)
    }

    /// Whether a login should replace it by a new one of the same password.
    package var isOutdated: Bool { !text.hasPrefix("$y$j9T$") }

    /// Whether this is the hash of a password; blocks.
    ///
    /// Takes the same time for each wrong password of some length.
    package func matches(_ password: Secret) -> Bool {
        guard let other = Self.hash(password, with: text.utf8CString.map { $0 }) else { return false }
        return Digest.areEqual(Digest.sha256(Array(text.utf8)), Digest.sha256(Array(other.utf8)))
    }

    /// A hash that no password has: comparing with it makes a login of an unknown user as slow as one of a known user.
    package static let decoy = PasswordHash(
        known: "$y$j9T$EcWZqPLMRDb5jYvBsCRM6/$g5Dq2DEOsTkZyoHxlHRDuI8kRkfEkOhmyJwBDYMkFxC"
    )

    private init(known text: String) { self.text = text }

    /// - Parameter setting: a salt or a whole hash, with its NUL.
    private static func hash(_ password: Secret, with setting: [CChar]) -> String? {
        let password = password.revealed
        guard 1...longestPassword ~= password.utf8.count, !password.utf8.contains(0) else { return nil }
        var memory: UnsafeMutableRawPointer?
        var size: Int32 = 0
        let result = unsafe crypt_ra(password, setting, &memory, &size).map { unsafe String(cString: $0) }
        // What is left in it would give the password away to whoever reads this memory later.
        if let memory = unsafe memory { unsafe explicit_bzero(memory, Int(size)) }
        unsafe free(memory)
        return result
    }
}
