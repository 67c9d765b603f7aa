import Basics
import TestSupport
import Testing

@testable import HTTP

/// Row 37 of the fault matrix: a server whose certificate is not trusted gets no byte of a request.
@Suite(.timeLimit(.minutes(2)))
struct TrustTests {
    private let authority: CertificateAuthority

    init() async throws { authority = try await CertificateAuthority() }

    /// A server with a certificate; it counts requests.
    private func server(_ certificate: String, key: String, port: UInt16 = 0, _ requests: Counter) throws -> HTTPServer
    {
        var options = HTTPServerOptions()
        options.tls = HTTPServerOptions.TLS(
            certificate: String(decoding: try FileContents.read(certificate), as: UTF8.self),
            key: Secret(String(decoding: try FileContents.read(key), as: UTF8.self))
        )
        return try HTTPServer(host: "127.0.0.1", port: port, options: options) { _ in
            requests.add()
            return ServerResponse(status: 202)
        }
    }

    private func client(trusting file: String) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = file
        return try HTTPClient(configuration)
    }

    private func post(_ client: HTTPClient, port: UInt16) async -> HTTPError? {
        let request = HTTPRequest(.post, "https://127.0.0.1:\(port)/", body: .bytes(Array("secret".utf8)))
        return await failure { () throws(HTTPError) in try await client.send(request) }
    }

    @Test(arguments: [("127.0.0.1", 30, true), ("127.0.0.1", -1, false), ("127.0.0.2", 30, false)])
    func `an expired certificate and one for another host are refused`(host: String, days: Int, isGood: Bool)
        async throws
    {
        let requests = Counter()
        let server = try server(try await authority.certificate(for: host, days: days), key: authority.key, requests)
        let error = await post(try client(trusting: authority.file), port: server.port)
        #expect(error?.kind == (isGood ? nil : .tls))
        #expect(error?.mayHaveArrived ?? false == false)
        #expect(requests.value == (isGood ? 1 : 0))
    }

    @Test func `an authority that is not known is refused`() async throws {
        let requests = Counter()
        let server = try server(try await authority.certificate(), key: authority.key, requests)
        let other = try await CertificateAuthority()
        #expect(await post(try client(trusting: other.file), port: server.port)?.kind == .tls)
        #expect(requests.value == 0)
    }

    /// Runs openssl's own server with these arguments.
    private func openssl(_ arguments: [String]) async throws -> (Subprocess, UInt16) {
        let certificate = try await authority.certificate()
        let server = try Subprocess(
            arguments: ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", authority.key]
                + ["-www"] + arguments
        )
        let line = try await server.line(containing: "ACCEPT 127.0.0.1:", within: .seconds(30))
        return (server, try #require(UInt16(line.split(separator: ":").last.map { String($0) } ?? "")))
    }

    @Test func `a server that speaks nothing newer than TLS 1.0 is refused`() async throws {
        let (server, port) = try await openssl(["-tls1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(await post(try client(trusting: authority.file), port: port)?.kind == .tls)
        server.terminate()
        try await server.exitStatus()
    }

    @Test func `a chain of hundreds of certificates is refused, not taken into memory`() async throws {
        let chain = authority.directory.file("chain.pem")
        let one = try FileContents.read(authority.file)
        try FileContents.write((0..<300).flatMap { _ in one }, to: chain)
        let (server, port) = try await openssl(["-cert_chain", chain])
        #expect(await post(try client(trusting: authority.file), port: port)?.kind == .tls)
        server.terminate()
        try await server.exitStatus()
    }

    @Test func `a renewed authority file counts for the next client without any other change`() async throws {
        let requests = Counter()
        let file = authority.directory.file("trusted.pem")
        let renewed = try await CertificateAuthority()
        try FileContents.write(try FileContents.read(authority.file), to: file)
        let server = try server(try await renewed.certificate(), key: renewed.key, requests)
        #expect(await post(try client(trusting: file), port: server.port)?.kind == .tls)
        try FileContents.write(try FileContents.read(renewed.file), to: file)
        #expect(await post(try client(trusting: file), port: server.port) == nil)
        #expect(requests.value == 1)
    }

    @Test func `a renewed authority file counts for a client that lives, once its cache is old enough`() async throws {
        let requests = Counter()
        let file = authority.directory.file("trusted.pem")
        let renewed = try await CertificateAuthority()
        try FileContents.write(try FileContents.read(authority.file), to: file)
        let server = try server(try await renewed.certificate(), key: renewed.key, requests)
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = file
        #expect(configuration.authorityCacheSeconds == 60)
        configuration.authorityCacheSeconds = 1
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        #expect(await post(client, port: server.port)?.kind == .tls)
        try FileContents.write(try FileContents.read(renewed.file), to: file)
        while let error = await post(client, port: server.port) {
            #expect(error.kind == .tls)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(requests.value == 1)
    }

    @Test(arguments: [true, false])
    func `a handshake that breaks off says nothing against the certificate`(isReset: Bool) async throws {
        let server = try RawServer { connection in
            let record = try connection.read(5)
            try connection.drain(Int(record[3]) << 8 + Int(record[4]))
            if isReset { connection.reset() }
        }
        defer { server.stop() }
        let error = await post(try client(trusting: authority.file), port: server.port)
        #expect(error?.kind == .unreachable && error?.needsCorrection == false, "\(String(describing: error))")
    }
}
