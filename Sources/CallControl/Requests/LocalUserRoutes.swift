import Basics
package import HTTP

extension LoginRoutes {
    /// Users for the commands of this machine, on the control socket: nobody is asked for a token.
    package var localRoutes: [Route] {
        [
            .immediate(.get, "/users", access: .open) { _ in
                CallsAnswers.success { json in
                    json.key("users")
                    json.beginArray()
                    for account in logins.accounts { json.userObject(account) }
                    json.endArray()
                }
            },
            Route(.post, "/users", access: .open) { try await registerLocally($0) },
            Route(.patch, "/users/{username}", access: .open) { try await change($0, by: .local) },
        ]
    }

    /// Registers a user with a password, or with the hash of one.
    private func registerLocally(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        var fields = try RequestFields(request)
        let account = try newAccount(&fields)
        let hash = try fields.string("hash")
        let password = hash == nil ? try fields.required("password") : ""
        try fields.finish()
        guard let hash else {
            try await Self.answered { () async throws(LoginError) in
                try await logins.register(account, password: Secret(password), by: .local)
            }
            return CallsAnswers.success(status: 201) { $0.user(account) }
        }
        guard let hash = PasswordHash(hash) else { throw RequestFields.failure("hash is neither yescrypt nor bcrypt") }
        try await Self.answered { () async throws(LoginError) in
            try await logins.register(account, hash: hash, by: .local)
        }
        return CallsAnswers.success(status: 201) { $0.user(account) }
    }
}
