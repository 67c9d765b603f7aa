package import Basics
import Daemon
package import HTTP

/// The way to the API: where it is, and who we are.
package struct APIAccess: Sendable {
    private let client: HTTPClient
    private let baseURL: String
    private let key: Secret
    private let hostname: String
    private let redaction: Redaction

    /// - Parameters:
    ///   - baseURL: without a slash at its end.
    ///   - hostname: the PBX's name.
    ///   - secrets: what else an answer may repeat and nobody may see.
    package init(client: HTTPClient, baseURL: String, key: Secret, hostname: String, hiding secrets: [Secret] = []) {
        self.client = client
        self.baseURL = baseURL
        self.key = key
        self.hostname = hostname
        redaction = Redaction([key] + secrets)
    }

    /// A request with the headers that each must have.
    ///
    /// - Parameters:
    ///   - path: of the URL, with a slash at its start.
    ///   - idempotencyKey: the same for each repeat.
    package func request(_ path: String, _ body: HTTPRequest.Body, idempotencyKey: String) -> HTTPRequest {
        let headers: HTTPHeaders = [
            "Authorization": "Bearer \(key.revealed)", "X-Asterisk-Hostname": hostname,
            "User-Agent": Version.userAgent, "Idempotency-Key": "\"\(idempotencyKey)\"",
        ]
        return HTTPRequest(.post, baseURL + path, headers: headers, body: body)
    }

    /// What happened, with the settings to look at.
    package static func text(_ error: HTTPError) -> String {
        switch error {
        case .tls: "\(error) (API_URL, API_TLS_CA_FILE)"
        case .proxyForbids: "\(error) (API_PROXY)"
        default: "\(error)"
        }
    }

    /// Sends a request, and waits for its answer.
    ///
    /// What people see of the body has no secret of ours in it, whatever the API repeats.
    package func send(_ request: HTTPRequest) async -> DeliveryOutcome {
        do throws(HTTPError) {
            let response = try await client.send(request)
            let shown = redaction.applied(to: response.body)
            return .answered(
                status: response.status,
                retryAfter: response.headers["retry-after"].flatMap { RetryAfter.wait($0, now: .now()) },
                // What decides is what came: a key as short as a number must not change a count.
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
