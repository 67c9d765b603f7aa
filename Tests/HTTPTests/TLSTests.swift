import Basics
import TestSupport
import Testing

@testable import HTTP

struct TLSTests {
    private let server: HTTPServer

    init() throws {
        let options = try Self.options(key: "server-key.pem")
        server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in
            ServerResponse(status: 200, text: "secret")
        }
    }

    private static func options(key: String) throws -> HTTPServerOptions {
        var options = HTTPServerOptions()
        let certificate = String(decoding: try Fixture.bytes("tls/server.pem"), as: UTF8.self)
        let key = String(decoding: try Fixture.bytes("tls/\(key)"), as: UTF8.self)
        options.tls = HTTPServerOptions.TLS(certificate: certificate, key: Secret(key))
        return options
    }

    private func get(
        _ host: String,
        authority: String? = nil,
        verifies: Bool = true
    ) async throws(HTTPError) -> HTTPResponse {
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = authority.map { "\(Fixture.testsDirectory)/Fixtures/tls/\($0)" }
        configuration.verifies = verifies
        return try await HTTPClient(configuration).send(HTTPRequest(.get, "https://\(host):\(server.port)/"))
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a certificate of a trusted authority is accepted`(host: String) async throws {
        #expect(try await get(host, authority: "authority.pem").text == "secret")
    }

    @Test(arguments: ["unrelated-authority.pem", nil])
    func `a certificate of an unknown authority is refused`(authority: String?) async throws {
        #expect(
            await failure { () throws(HTTPError) in try await get("localhost", authority: authority) }?.kind == .tls
        )
    }

    @Test func `a certificate for another name is refused`() async throws {
        let options = try Self.options(key: "server-key.pem")
        let other = try HTTPServer(host: "127.0.0.2", port: 0, options: options) { _ in ServerResponse(status: 200) }
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = "\(Fixture.testsDirectory)/Fixtures/tls/authority.pem"
        let client = try HTTPClient(configuration)
        let request = HTTPRequest(.get, "https://127.0.0.2:\(other.port)/")
        #expect(await failure { () throws(HTTPError) in try await client.send(request) }?.kind == .tls)
    }

    @Test(arguments: [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)])
    func `the server speaks TLS 1.2 and 1.3, nothing older`(version: String, isSpoken: Bool) async throws {
        // The client offers all old ciphers that it still has.
        let client = try Subprocess(arguments: [
            "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", version, "-cipher", "ALL:@SECLEVEL=0",
        ])
        try await client.exitStatus()
        let text = client.text(of: .output)
        #expect(text.contains("CONNECTED") && text.contains("Cipher is (NONE)") != isSpoken, "\(text)")
    }

    @Test(arguments: [("kRSA", false), ("ECDHE-RSA-AES256-GCM-SHA384", true), ("ECDHE-RSA-CHACHA20-POLY1305", true)])
    func `a key exchange without forward secrecy is refused`(cipher: String, isSpoken: Bool) async throws {
        // The certificate must be an RSA one: with any other, this key exchange does not exist.
        let directory = TemporaryDirectory()
        let (key, certificate) = (directory.file("key.pem"), directory.file("certificate.pem"))
        let maker = try Subprocess(arguments: [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
            "-keyout",
            key, "-out", certificate,
        ])
        #expect(try await maker.exitStatus() == .exited(0))
        var options = HTTPServerOptions()
        options.tls = HTTPServerOptions.TLS(
            certificate: String(decoding: try FileContents.read(certificate), as: UTF8.self),
            key: Secret(String(decoding: try FileContents.read(key), as: UTF8.self))
        )
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in ServerResponse(status: 200) }
        let client = try Subprocess(arguments: [
            "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-tls1_2", "-cipher",
            "\(cipher):@SECLEVEL=0",
        ])
        try await client.exitStatus()
        let text = client.text(of: .output)
        #expect(text.contains("CONNECTED") && text.contains("Cipher is (NONE)") != isSpoken, "\(text)")
    }

    @Test func `verification can be turned off`() async throws {
        #expect(try await get("localhost", authority: "unrelated-authority.pem", verifies: false).text == "secret")
    }

    @Test func `a missing authority file is a TLS error that names it`() async throws {
        let error = await failure { () throws(HTTPError) in try await get("localhost", authority: "none.pem") }
        #expect(error?.kind == .tls)
        #expect(error?.description.contains("none.pem") == true)
    }

    @Test func `a server without TLS is a TLS error`() async throws {
        let plain = try RawServer { connection in
            let record = try connection.read(5)
            try connection.drain(Int(record[3]) << 8 + Int(record[4]))
            try connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        defer { plain.stop() }
        let client = try HTTPClient()
        let request = HTTPRequest(.get, "https://127.0.0.1:\(plain.port)/")
        #expect(await failure { () throws(HTTPError) in try await client.send(request) }?.kind == .tls)
    }

    @Test func `a server refuses a key that is none`() throws {
        let options = try Self.options(key: "server.pem")
        #expect(throws: HTTPError.unusableCertificate) {
            _ = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in ServerResponse(status: 200) }
        }
    }
}
