import Basics
import Connector
import Daemon
import HTTP
import TestSupport
import Testing

struct MonitoringAccessTests {
    @Test func `probes are let in without a password, all others are asked for it`() throws {
        let lines = LogLines()
        let endpoint = MonitoringEndpoint.idle(log: lines.sink) { configuration in
            configuration.username = "admin"
            configuration.password = Secret("s3cret-word")
        }
        func get(_ path: String, _ credentials: String? = nil) -> ServerResponse {
            var headers = HTTPHeaders()
            if let credentials { headers.append("authorization", "Basic \(Base64.encoded(Array(credentials.utf8)))") }
            return endpoint.respond(
                to: ServerRequest(method: "GET", path: path, headers: headers, peer: IPAddress("192.0.2.7"))
            )
        }
        for path in ["/healthz", "/readyz"] { #expect(get(path).status == 200) }
        for path in ["/", "/live.js", "/live.css", "/events", "/metrics", "/status", "/nothing"] {
            let refused = get(path)
            #expect(refused.status == 401 && refused.feed == nil)
            #expect(refused.headers["WWW-Authenticate"]?.hasPrefix("Basic realm=") == true)
            #expect(get(path, "admin:s3cret-wore").status == 401)
            #expect(get(path, "admin:s3cret-word").status == (path == "/nothing" ? 404 : 200))
        }
        let log = lines.lines
        #expect(log.count == 1 && log[0].contains("monitoring port login refused address=192.0.2.7"))
        #expect(!log.joined().contains("s3cret"))
    }
}
