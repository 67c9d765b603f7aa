import Basics
import Delivery
import HTTP
import Spool
import TestSupport
import Testing

@testable import Connector
@testable import Daemon

@Suite(.timeLimit(.minutes(5)))
struct HealthProbeTests {
    private func probe(_ variables: [String: String]) throws -> HealthProbe {
        var loader = SettingsLoader(SettingSources(environment: variables), known: SettingTable.sections)
        let probe = HealthProbe(&loader)
        #expect(loader.finish().errors.isEmpty)
        return probe
    }

    /// A port that answers each request with `response`, and the URL to ask.
    private func server(
        _ response: ServerResponse,
        tls: HTTPServerOptions.TLS? = nil
    ) throws -> (server: HTTPServer, url: String) {
        var options = HTTPServerOptions()
        options.tls = tls
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { request in
            request.path == "/healthz" ? response : ServerResponse(status: 404)
        }
        return (server, "\(tls == nil ? "http" : "https")://127.0.0.1:\(server.port)/healthz")
    }

    private func text(_ finding: HealthFinding) -> String {
        switch finding {
        case .healthy(let text): "healthy: \(text)"
        case .sick(let text): text
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("[::]", "[::1]"), ("::1", "[::1]"),
        ("192.0.2.7", "192.0.2.7"), ("localhost", "localhost"),
    ])
    func `the port is asked where this machine reaches it`(bind: String, host: String) throws {
        let url = "http://\(host):8010/healthz"
        #expect(
            try probe(["MONITORING_BIND": bind, "MONITORING_PORT": "8010"])
                == .port(url: url, directory: "/var/lib/asterisk-connector")
        )
    }

    @Test func `the defaults lead to the port`() throws {
        #expect(
            try probe([:])
                == .port(url: "http://127.0.0.1:8000/healthz", directory: "/var/lib/asterisk-connector")
        )
    }

    @Test func `a port that speaks TLS is asked so`() {
        var monitoring = MonitoringConfiguration()
        monitoring.tlsCertificateFile = "/etc/asterisk-connector/monitoring.pem"
        #expect(
            HealthProbe(monitoring, spool: SpoolConfiguration())
                == .port(url: "https://127.0.0.1:8000/healthz", directory: "/var/lib/asterisk-connector")
        )
    }

    @Test(arguments: [["MONITORING_ENABLED": "false"], ["MONITORING_PORT": "0"]])
    func `without a known port the control socket is asked`(variables: [String: String]) throws {
        let variables = variables.merging(["SPOOL_DIR": "/data"]) { $1 }
        #expect(try probe(variables) == .socket(directory: "/data"))
    }

    @Test func `what the connector answers is healthy`() async throws {
        let (server, url) = try server(ServerResponse(status: 200, text: "ok\n"))
        #expect(await HealthProbe.port(url: url, directory: "/nowhere").ask() == .healthy("\(url) answers"))
        server.stop()
    }

    @Test func `any certificate will do`() async throws {
        let certificate = String(decoding: try Fixture.bytes("tls/server.pem"), as: UTF8.self)
        let key = Secret(String(decoding: try Fixture.bytes("tls/server-key.pem"), as: UTF8.self))
        let tls = HTTPServerOptions.TLS(certificate: certificate, key: key)
        let (server, url) = try server(ServerResponse(status: 200, text: "ok\n"), tls: tls)
        #expect(await HealthProbe.port(url: url, directory: "/nowhere").ask() == .healthy("\(url) answers"))
        server.stop()
    }

    @Test(arguments: [(200, "welcome"), (404, "not here"), (503, "ok\n")])
    func `another program at the port is found out`(status: Int, body: String) async throws {
        let (server, url) = try server(ServerResponse(status: status, text: body))
        let finding = text(await HealthProbe.port(url: url, directory: "/nowhere").ask())
        #expect(finding.hasPrefix("what answers at \(url) (HTTP \(status)) is not a connector"))
        #expect(finding.contains("MONITORING_PORT"))
        server.stop()
    }

    @Test func `a port without a listener is reported`() async throws {
        let (server, url) = try server(ServerResponse(status: 200))
        server.stop()
        let finding = text(await HealthProbe.port(url: url, directory: "/nowhere").ask())
        #expect(finding.hasPrefix("nothing listens at \(url); the connector does not run"))
    }

    @Test func `a missing answer is reported`() {
        let finding = text(HealthFinding.finding("http://127.0.0.1:1/healthz", HTTPError.timedOut("3 s are over")))
        #expect(finding.contains("no answer at http://127.0.0.1:1/healthz within 3 s") && finding.contains("restart"))
    }

    @Test func `a control socket without a listener is reported`() async {
        let finding = text(await HealthProbe.socket(directory: "/nowhere").ask())
        #expect(finding.hasPrefix("nothing listens at /nowhere/control.sock; the connector does not run"))
    }
}
