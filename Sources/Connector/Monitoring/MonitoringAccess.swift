package import Basics

/// Who may look: one user name with one password, asked for by HTTP's basic authentication.
package struct MonitoringAccess: Sendable {
    package enum ResponseClass: Sendable { case allowed, missing, wrong }

    /// Of the only credentials that are right.
    private let digest: [UInt8]

    package init(username: String, password: Secret) {
        digest = Digest.sha256(Array(Base64.encoded(Array("\(username):\(password.revealed)".utf8)).utf8))
    }

    /// What the header `Authorization` of a request is worth.
    ///
    /// Takes as long for a nearly right password as for any other.
    package func judge(_ header: String?) -> ResponseClass {
        guard let header else { return .missing }
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic" else { return .wrong }
        let given = Digest.sha256(Array(words[1].utf8))
        guard digest.count == 32, given.count == 32 else { return .wrong }
        return zip(digest, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0 ? .allowed : .wrong
    }
}
