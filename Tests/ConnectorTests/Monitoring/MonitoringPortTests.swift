import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import Connector

/// The monitoring port where it cannot listen, at once or ever.
@Suite(.timeLimit(.minutes(5)))
struct MonitoringPortTests {
    private let log = LogLines()
    private let metrics = Metrics()
    private let port = MonitoringPort()

    private func endpoint(_ change: (inout MonitoringConfiguration) -> Void) -> MonitoringEndpoint {
        MonitoringEndpoint.idle(log: log.sink, metrics: metrics, port: port) { configuration in
            configuration.port = 0
            change(&configuration)
        }
    }

    private func healthz(_ url: String) async throws -> String {
        let client = try HTTPClient()
        defer { client.shutDown() }
        return try await client.send(HTTPRequest(.get, url + "/healthz")).text
    }

    @Test func `a port that is taken is reported, and served once it is free`() async throws {
        var holder: Listener? = try Listener(host: "127.0.0.1", port: 0)
        let number = try #require(holder?.port)
        let endpoint = endpoint { $0.port = number }
        let service = Task { try await endpoint.run() }
        try await eventually("the status has the reason") {
            port.status.error?.contains("127.0.0.1:\(number): Address already in use") == true
        }
        #expect(port.status.url == nil && metrics.monitoringPort.isListening.value == 0)
        #expect(metrics.monitoringPort.failures.value >= 1)
        let warnings = log.lines.filter { $0.contains("WARNING monitoring: monitoring port unavailable, retrying") }
        #expect(warnings.first?.contains("Address already in use") == true)
        holder = nil
        try await eventually("the port is served") { port.status.url != nil }
        #expect(port.status == .init(url: "http://127.0.0.1:\(number)"))
        #expect(try await healthz("http://127.0.0.1:\(number)") == "ok\n")
        #expect(metrics.monitoringPort.isListening.value == 1)
        service.cancel()
        _ = await service.result
        #expect(port.status == .init() && metrics.monitoringPort.isListening.value == 0)
    }

    @Test(arguments: ["192.0.2.1", "name.invalid"])
    func `an address that this machine does not have ends nothing`(bind: String) async throws {
        let endpoint = endpoint { $0.bind = bind }
        let service = Task { try await endpoint.run() }
        try await eventually("the status has the reason") { port.status.error != nil }
        service.cancel()
        await #expect(throws: CancellationError.self) { try await service.value }
    }

    @Test func `files of TLS that are gone when they are read end nothing`() async throws {
        let directory = TemporaryDirectory()
        let endpoint = endpoint { configuration in
            configuration.tlsCertificateFile = directory.file("certificate.pem")
            configuration.tlsKeyFile = directory.file("key.pem")
        }
        let service = Task { try await endpoint.run() }
        try await eventually("the status has the reason") {
            port.status.error?.contains("certificate.pem: No such file") == true
        }
        for (from, to) in [("server.pem", "certificate.pem"), ("server-key.pem", "key.pem")] {
            try FileContents.write(try Fixture.bytes("tls/\(from)"), to: directory.file(to))
        }
        try await eventually("the port is served") { port.status.url?.hasPrefix("https://") == true }
        service.cancel()
        _ = await service.result
    }

    @Test func `a certificate without its key ends the start`() async throws {
        let endpoint = endpoint { configuration in
            configuration.tlsCertificateFile = "\(Fixture.testsDirectory)/Fixtures/tls/server.pem"
            configuration.tlsKeyFile = "\(Fixture.testsDirectory)/Fixtures/tls/server.pem"
        }
        await #expect(throws: HTTPError.unusableCertificate) { try await endpoint.run() }
    }

    @Test func `check says what run would find`() async throws {
        let holder = try Listener(host: "127.0.0.1", port: 0)
        var configuration = MonitoringConfiguration()
        configuration.port = holder.port
        guard case .unavailable(let error) = await MonitoringFinding(configuration) else {
            Issue.record("a port that is taken was not found")
            return
        }
        #expect(error.contains("Address already in use"))
        configuration.port = 0
        #expect(await MonitoringFinding(configuration) == .free("127.0.0.1:0"))
        configuration.isEnabled = false
        #expect(await MonitoringFinding(configuration) == .off)
    }

    @Test func `root and the own user read status and metrics at the control socket, without a port`() throws {
        let router = try Router(endpoint { $0.username = "admin" }.localRoutes)
        func status(_ method: String, _ path: String) -> Int? {
            router.immediateAnswer(ServerRequest(method: method, path: path))?.status
        }
        for path in ["/status", "/metrics"] {
            #expect(status("GET", path) == 200)
            #expect(status("POST", path) == 405)
        }
        for path in ["/", "/spool", "/healthz"] { #expect(status("GET", path) == 404) }
    }
}
