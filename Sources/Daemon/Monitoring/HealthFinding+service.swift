import Basics
import HTTP

extension HealthFinding {
    /// The timeout of the connection and of the answer.
    private static let timeout = Duration.seconds(3)

    /// Asks `/healthz` of a service; takes at most 6 s.
    ///
    /// - Parameter url: of `/healthz`.
    package static func ofService(at url: String) async -> HealthFinding {
        var configuration = HTTPClient.Configuration(userAgent: Version.userAgent)
        configuration.connectTimeout = timeout
        // The identity of the server does not matter here, and its certificate has its public name.
        configuration.verifies = false
        do throws(HTTPError) {
            return finding(url, try await HTTPClient.send(HTTPRequest(.get, url, timeout: timeout), configuration))
        } catch {
            return finding(url, error)
        }
    }

    /// The meaning of an answer.
    static func finding(_ url: String, _ response: HTTPResponse) -> HealthFinding {
        guard response.status == 200, response.text == "ok\n" else {
            return .sick(
                "what answers at \(url) (HTTP \(response.status)) is not a connector that works; see its log, and whether"
                    + " another program has this port: give the connector a free MONITORING_PORT"
            )
        }
        return .healthy("\(url) answers")
    }

    /// The meaning of a failed request.
    static func finding(_ url: String, _ error: HTTPError) -> HealthFinding {
        switch error {
        case .timedOut, .interrupted:
            .sick("no answer at \(url) within \(timeout.components.seconds) s; see the connector's log and restart it")
        case .unreachable, .unresolved:
            .sick(
                "nothing listens at \(url); the connector does not run, or runs with another MONITORING_BIND or"
                    + " MONITORING_PORT: see its log"
            )
        default: .sick("\(url): \(error)")
        }
    }
}
