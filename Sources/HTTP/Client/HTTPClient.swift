import Basics

/// Sends requests over HTTP 1.1 and 2, with libcurl on its own thread.
///
/// Connections are kept and reused, for at most 60 s of idle time and half an hour in total. Redirects are not
/// followed, and the proxy variables of the environment are ignored.
///
/// libcurl repeats a request by itself when a kept connection turns out to be dead before the first byte of the answer:
/// the server may see a POST twice, so a POST that must not count twice carries a key (Idempotency-Key).
///
/// **Invariants.** Each request ends within its own time, whatever the peer does. Headers and body of an answer are
/// bounded. An error tells whether the request may have arrived (`mayHaveArrived`). Certificates are verified unless
/// the configuration turns that off, and TLS 1.2 is the oldest accepted version.
///
/// ```swift
/// let client = try HTTPClient(HTTPClient.Configuration(userAgent: "example/1.0"))
/// defer { client.shutDown() }
/// let response = try await client.send(HTTPRequest(.get, "https://api.example.com/health", timeout: .seconds(15)))
/// if response.status < 500 { print("it is there") }
/// ```
package final class HTTPClient: Sendable {
    package struct Configuration: Sendable {
        /// The limit for one connection attempt, TLS included; it counts towards the request's own timeout.
        package var connectTimeout: Duration = .seconds(10)
        /// The URL of a proxy, such as `http://proxy:3128`; `nil` connects directly.
        package var proxy: String?
        /// A PEM file of the certificate authorities to trust; `nil` means the system's.
        package var authorityFile: String?
        /// How long connections may still be refused after the authority file was renewed, in seconds.
        package var authorityCacheSeconds = 60
        /// False accepts any certificate: the connection is encrypted, but the peer is not authenticated.
        package var verifies = true
        /// The path of a Unix socket to connect to, whatever host the URL names; `nil` connects over the network.
        package var unixSocket: String?
        package var userAgent: String

        package init(userAgent: String = "Asterisk-Connector") { self.userAgent = userAgent }
    }

    private let loop: CurlLoop

    package init(_ configuration: Configuration = Configuration()) throws(HTTPError) {
        loop = try CurlLoop(configuration)
    }

    deinit { loop.stop() }

    /// Sends `request` and waits for the answer, of any status.
    ///
    /// Cancelling the task ends the transfer within milliseconds; whether the server acted on it is then unknown. The
    /// callers decide how many requests run at once: each has a connection (or a stream of HTTP/2).
    ///
    /// - Throws: `HTTPError`; `cancelled` also after `shutDown`.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try request.validate()
        guard !Task.isCancelled else { throw .cancelled }
        let loop = loop
        let transfer = Transfer(request)
        let result = await withTaskCancellationHandler {
            loop.start(transfer)
            return await transfer.outcome.value
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// Ends every transfer with `cancelled`, closes the connections and ends the thread; may be called again.
    ///
    /// Does not wait for the thread. Before the process exits, use `close`.
    package func shutDown() { loop.stop() }

    /// Shuts down and waits until the thread has left libcurl and OpenSSL, whose cleanup at the exit of the process must
    /// not meet it.
    ///
    /// Waits 2 s at most: libcurl's resolver may hang. Cancellation does not end the wait.
    ///
    /// - Returns: whether the thread has ended.
    @discardableResult
    package func close() async -> Bool {
        loop.stop()
        return await loop.waitForEnd(until: .now + .seconds(2))
    }

    /// Sends one request with a client of its own, which is closed afterwards.
    ///
    /// - Throws: as `init` and `send`.
    package static func send(
        _ request: HTTPRequest,
        _ configuration: Configuration
    ) async throws(HTTPError) -> HTTPResponse {
        let client = try HTTPClient(configuration)
        do throws(HTTPError) {
            let response = try await client.send(request)
            await client.close()
            return response
        } catch {
            await client.close()
            throw error
        }
    }
}
