extension AMIClient {
    /// The state of the connection, for people.
    package struct Status: Sendable {
        package let isOnline: Bool
        package let greeting: String
        package let lastError: AMIError?

        package init(isOnline: Bool, greeting: String, lastError: AMIError?) {
            self.isOnline = isOnline
            self.greeting = greeting
            self.lastError = lastError
        }
    }
}
