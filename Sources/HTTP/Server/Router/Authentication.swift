package import Basics

/// How a service identifies the client of a request.
package struct Authentication: Sendable {
    package enum Outcome: Sendable {
        case accepted(Principal)
        /// The request has no credentials.
        case missing
        /// The credentials are wrong, which counts as a failed login; the failure has a code of the service, `nil`
        /// means the router's own.
        case refused(RequestFailure? = nil)
        /// The credentials were not checked, or are right but not accepted: the client may not log in from there, or a
        /// token has expired.
        case denied(RequestFailure)
    }

    /// The header WWW-Authenticate of an answer to missing or wrong credentials.
    let challenge: String?
    private let check: @Sendable (ServerRequest, RequestClient) -> Outcome

    /// - Parameter check: checks the headers of a request; must not block, and should take as long for nearly right
    ///   credentials as for others.
    package init(
        challenge: String?,
        _ check: @escaping @Sendable (_ head: ServerRequest, _ client: RequestClient) -> Outcome
    ) {
        self.challenge = challenge
        self.check = check
    }

    /// Whose credentials a request has; for a way that is made of another one.
    package func outcome(of head: ServerRequest, _ client: RequestClient) -> Outcome { check(head, client) }

    /// HTTP's basic authentication with one user.
    package static func basic(username: String, password: Secret, realm: String, roles: Set<String> = [])
        -> Authentication
    {
        let credentials = Base64.encoded(Array("\(username):\(password.revealed)".utf8))
        let digest = SecretDigest(Secret(credentials))
        return Authentication(challenge: #"Basic realm="\#(realm)", charset="UTF-8""#) { request, _ in
            guard let header = request.headers["Authorization"] else { return .missing }
            guard let given = word(of: header, behind: "basic"), digest.matches(given) else { return .refused() }
            return .accepted(Principal(username, roles: roles))
        }
    }

    /// One token, in `Authorization: Bearer` or in a header of its own.
    package static func token(_ token: Secret, header name: String? = nil, principal: Principal) -> Authentication {
        let digest = SecretDigest(token)
        return Authentication(challenge: "Bearer") { request, _ in
            let own = name.flatMap { request.headers[$0] }
            guard let text = own ?? request.headers["Authorization"] else { return .missing }
            guard let given = own ?? word(of: text, behind: "bearer"), digest.matches(given) else { return .refused() }
            return .accepted(principal)
        }
    }

    /// The first of several ways that accepts or denies; refused when none does and at least one refuses.
    package static func any(of ways: [Authentication]) -> Authentication {
        Authentication(challenge: ways.first?.challenge) { request, client in
            var outcome = Outcome.missing
            for way in ways {
                switch way.outcome(of: request, client) {
                case .accepted(let principal): return .accepted(principal)
                case .denied(let failure): return .denied(failure)
                case .refused(let failure): if case .missing = outcome { outcome = .refused(failure) }
                case .missing: break
                }
            }
            return outcome
        }
    }

    /// The single word after the name of a scheme, which is compared without case; `nil` for any other header.
    package static func word(of header: String, behind scheme: String) -> String? {
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == scheme else { return nil }
        return String(words[1])
    }
}

/// Compares texts with a secret without keeping it, in the same time for nearly right texts as for others.
package struct SecretDigest: Sendable {
    private let digest: [UInt8]

    package init(_ secret: Secret) { digest = Digest.sha256(Array(secret.revealed.utf8)) }

    package func matches(_ text: String) -> Bool {
        Digest.areEqual(digest, Digest.sha256(Array(text.utf8)))
    }
}
