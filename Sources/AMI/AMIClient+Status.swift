package import Basics

extension AMIClient {
    /// The state of the connection, for people.
    package struct Status: Sendable {
        package let isOnline: Bool
        package let greeting: String
        package let lastError: AMIError?
        /// How many logins were accepted.
        package let logins: Int
        /// Since when it is online, or not; `nil` before the first login.
        package let since: Timestamp?

        package init(
            isOnline: Bool,
            greeting: String,
            lastError: AMIError?,
            logins: Int = 0,
            since: Timestamp? = nil
        ) {
            self.isOnline = isOnline
            self.greeting = greeting
            self.lastError = lastError
            self.logins = logins
            self.since = since
        }
    }
}

extension AMIClient.State {
    var status: AMIClient.Status {
        AMIClient.Status(
            isOnline: isOnline,
            greeting: greeting,
            lastError: lastError,
            logins: logins,
            since: since
        )
    }
}
