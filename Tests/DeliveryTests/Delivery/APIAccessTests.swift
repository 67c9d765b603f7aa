import Basics
import HTTP
import TestSupport
import Testing

@testable import Delivery

/// What keeps requests from the API until a person corrects it is told apart from what passes by itself.
struct APIAccessTests {
    private func outcome(_ url: String, _ configuration: HTTPClient.Configuration) async throws -> DeliveryOutcome {
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        let access = APIAccess(client: client, baseURL: url, key: Secret("sk_key"), hostname: "pbx")
        return await access.send(access.request("/x", .bytes([]), idempotencyKey: "k"))
    }

    @Test(arguments: [
        ("127.0.0.1", "unrelated-authority.pem"), ("127.0.0.2", "authority.pem"), ("127.0.0.1", "none.pem"),
    ])
    func `a certificate that is not trusted names the settings to correct`(host: String, authority: String) async throws
    {
        var options = HTTPServerOptions()
        options.tls = HTTPServerOptions.TLS(
            certificate: String(decoding: try Fixture.bytes("tls/server.pem"), as: UTF8.self),
            key: Secret(String(decoding: try Fixture.bytes("tls/server-key.pem"), as: UTF8.self))
        )
        let server = try HTTPServer(host: host, port: 0, options: options) { _ in ServerResponse(status: 202) }
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = "\(Fixture.testsDirectory)/Fixtures/tls/\(authority)"
        let outcome = try await outcome("https://\(host):\(server.port)", configuration)
        guard case .misconfigured(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("TLS failed: ") && reason.hasSuffix(" (API_URL, API_TLS_CA_FILE)"), "\(reason)")
        #expect(!outcome.leavesOpen)
    }

    @Test(arguments: [("407 Proxy Authentication Required", true), ("503 Service Unavailable", false)])
    func `a proxy that wants a login names the setting, one that is overloaded is tried again`(
        status: String,
        isMisconfigured: Bool
    ) async throws {
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        }
        defer { proxy.stop() }
        var configuration = HTTPClient.Configuration()
        configuration.proxy = proxy.url
        let outcome = try await outcome("https://127.0.0.1:1", configuration)
        switch outcome {
        case .misconfigured(let reason):
            #expect(isMisconfigured && reason.contains("407") && reason.hasSuffix(" (API_PROXY)"), "\(reason)")
        case .failed(_, let mayHaveArrived): #expect(!isMisconfigured && !mayHaveArrived)
        default: Issue.record("\(outcome)")
        }
        #expect(!outcome.leavesOpen)
    }
}
