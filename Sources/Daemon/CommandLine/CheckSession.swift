package import AMI
import Basics

/// One login to Asterisk, for a command that asks it something.
package enum CheckSession {
    /// Logs in, runs `body`, and logs off.
    ///
    /// - Parameter limit: how long the login may take; then `body` has as long again, and its actions fail.
    /// - Returns: why there was no login; `nil` when `body` ran.
    package static func run(
        _ configuration: AMIClient.Configuration,
        within limit: Duration,
        _ body: (AMIClient) async -> Void
    ) async -> String? {
        let client = AMIClient(configuration, log: Logger("check", sink: LogSink { _ in }))
        let session = Task { try await client.run() }
        defer { session.cancel() }
        let deadline = ContinuousClock.now + limit
        while !client.status.isOnline && client.status.lastError == nil && ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        guard client.status.isOnline else {
            let advice = "check AMI_HOST and AMI_PORT"
            return client.status.lastError?.description ?? "no answer in \(limit.formatted); \(advice)"
        }
        let end = Task {
            try await Task.sleep(for: limit)
            session.cancel()
        }
        await body(client)
        end.cancel()
        session.cancel()
        _ = await session.result
        return nil
    }
}
