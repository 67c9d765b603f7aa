import Basics
import Connector
import Daemon
import HTTP
import TestSupport
import Testing

/// Requests for another name than those of the port.
struct MonitoringHostsTests {
    @Test func `each path is closed to another name, and says what to set`() {
        let lines = LogLines()
        let endpoint = MonitoringEndpoint.idle(log: lines.sink) { $0.hosts = ["pbx.example.com"] }
        for path in ["/", "/live.js", "/events", "/metrics", "/healthz", "/readyz", "/status", "/nothing"] {
            func get(_ host: String) -> ServerResponse {
                endpoint.respond(to: ServerRequest(method: "GET", path: path, headers: ["host": host]))
            }
            let refused = get("attacker.example:8000")
            #expect(refused.status == 421 && refused.feed == nil)
            #expect(String(decoding: refused.body, as: UTF8.self).contains("MONITORING_HOSTS"))
            #expect(get("pbx.example.com:8000").status == (path == "/nothing" ? 404 : 200))
        }
        #expect(lines.lines.first?.contains("unknown host name host=attacker.example:8000") == true)
    }
}
