package import Basics
package import HTTP

/// The API's entrance for records, over HTTPS.
package struct RecordsAPI: RecordsReceiver {
    private let client: HTTPClient
    private let url: String
    private let key: Secret
    private let hostname: String
    private let timeout: Duration

    /// - Parameters:
    ///   - baseURL: without a slash at its end.
    ///   - hostname: the PBX's name.
    ///   - timeout: for a whole request.
    package init(client: HTTPClient, baseURL: String, key: Secret, hostname: String, timeout: Duration) {
        self.client = client
        url = "\(baseURL)/mqs/connectors/asterisk/cdr"
        self.key = key
        self.hostname = hostname
        self.timeout = timeout
    }

    package func send(_ request: RecordsRequest) async -> RecordsOutcome {
        var headers: HTTPHeaders = [
            "Authorization": "Bearer \(key.revealed)", "Content-Type": "application/json",
            "X-Asterisk-Hostname": hostname, "User-Agent": Version.userAgent,
            "Idempotency-Key": "\"\(request.idempotencyKey)\"",
        ]
        if request.isGzip { headers.append("Content-Encoding", "gzip") }
        do throws(HTTPError) {
            let response = try await client.send(
                HTTPRequest(.post, url, headers: headers, body: .bytes(request.body), timeout: timeout)
            )
            return .answered(
                status: response.status,
                retryAfter: response.headers["retry-after"].flatMap { RetryAfter.wait($0, now: .now()) },
                body: response.body
            )
        } catch {
            return error == .cancelled ? .cancelled : .failed(error.description)
        }
    }
}
