package import Basics
import Daemon
package import HTTP

/// Sends requests to the API with its address and credentials.
package struct APIAccess: Sendable {
    private let client: HTTPClient
    private let baseURL: String
    private let key: Secret
    private let hostname: String
    private let redaction: Redaction

    /// - Parameters:
    ///   - baseURL: without a trailing slash.
    ///   - hostname: the PBX's name.
    ///   - secrets: further secrets to remove from answers, besides the key.
    package init(client: HTTPClient, baseURL: String, key: Secret, hostname: String, hiding secrets: [Secret] = []) {
        self.client = client
        self.baseURL = baseURL
        self.key = key
        self.hostname = hostname
        redaction = Redaction([key] + secrets)
    }

    /// Creates a request with the headers that every request has.
    ///
    /// - Parameters:
    ///   - path: the path of the URL after the base, with a leading slash.
    ///   - idempotencyKey: the same for each repetition.
    package func request(_ path: String, _ body: HTTPRequest.Body, idempotencyKey: String) -> HTTPRequest {
        let headers: HTTPHeaders = [
            "Authorization": "Bearer \(key.revealed)", "X-Asterisk-Hostname": hostname,
            "User-Agent": Version.userAgent, "Idempotency-Key": "\"\(idempotencyKey)\"",
        ]
        return HTTPRequest(.post, baseURL + path, headers: headers, body: body)
    }

    /// The error as text, with the settings to check.
    package static func text(_ error: HTTPError) -> String {
        switch error {
        case .tls: "\(error) (API_URL, API_TLS_CA_FILE)"
        case .proxyForbids: "\(error) (API_PROXY)"
        default: "\(error)"
        }
    }

    /// Sends a request and waits for its answer.
    ///
    /// Secrets are removed from the body that is shown, whatever the API repeats. Never throws; cancelling the task
    /// gives `.cancelled`.
    package func send(_ request: HTTPRequest) async -> DeliveryOutcome {
        do throws(HTTPError) {
            let response = try await client.send(request)
            let shown = redaction.applied(to: response.body)
            return .answered(
                status: response.status,
                retryAfter: response.headers["retry-after"].flatMap { RetryAfter.wait($0, now: .now()) },
                // Decisions use the original body: redacting a key that looks like a number must not change a count.
                body: (200..<205).contains(response.status) ? response.body : shown,
                shown: shown
            )
        } catch {
            let reason = redaction.applied(to: Self.text(error))
            switch error {
            case .cancelled: return .cancelled
            case .brokenAnswer(let response, _) where (200..<300).contains(response.status):
                return .incomplete(status: response.status, body: response.body, reason: reason)
            case _ where error.needsCorrection: return .misconfigured(reason)
            default: return .failed(reason, mayHaveArrived: error.mayHaveArrived)
            }
        }
    }
}
