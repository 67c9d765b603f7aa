package import Basics

extension Authentication {
    /// Tokens with roles, in `Authorization: Bearer` or in a header of their own: one fixed token of an administrator,
    /// and JSON Web Tokens.
    ///
    /// The principal has the name `admin`, or the subject of the token, or its role when there is none; its roles
    /// include lower ones, its details are the `JSONWebToken`. Without `fixed` and `key` each token is refused.
    /// A token that was signed with the key but is not valid now is denied, not refused: nobody guessed a secret.
    ///
    /// - Parameter invalid: the failure for a token that is refused or denied.
    package static func tokens(
        fixed: Secret?,
        key: JSONWebToken.Key?,
        header name: String? = nil,
        invalid: RequestFailure,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) -> Authentication {
        let digest = fixed.map { SecretDigest($0) }
        return Authentication(challenge: "Bearer") { request, _ in
            let own = name.flatMap { request.headers[$0] }
            guard let text = own ?? request.headers["Authorization"] else { return .missing }
            guard let given = own ?? word(of: text, behind: "bearer") else { return .refused(invalid) }
            if digest?.matches(given) == true {
                return .accepted(Principal("admin", roles: TokenRole.admin.included))
            }
            guard let key else { return .refused(invalid) }
            do throws(JSONWebTokenError) {
                let token = try JSONWebToken(given, key: key, now: now())
                let name = token.subject.isEmpty ? token.role.rawValue : token.subject
                return .accepted(Principal(name, roles: token.role.included, details: token))
            } catch {
                return error.isSigned ? .denied(invalid) : .refused(invalid)
            }
        }
    }
}
