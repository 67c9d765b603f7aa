import Basics
import TestSupport
import Testing

@testable import HTTP

/// Row 38 of the fault matrix: faults of a proxy.
///
/// HTTPClientTests shows that the proxy variables of the environment are ignored.
@Suite(.timeLimit(.minutes(5)))
struct ProxyTests {
    private func send(
        _ url: String,
        by proxy: RawServer,
        timeout: Duration = .seconds(30)
    ) async throws -> (HTTPResponse?, HTTPError?) {
        var configuration = HTTPClient.Configuration()
        configuration.proxy = proxy.url
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        do throws(HTTPError) {
            let request = HTTPRequest(.post, url, body: .bytes(Array("{}".utf8)), timeout: timeout)
            return (try await client.send(request), nil)
        } catch {
            return (nil, error)
        }
    }

    private static let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"

    @Test func `a proxy that wants a login is an answer 407, and no delivery`() async throws {
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.refusal)
        }
        defer { proxy.stop() }
        let (response, _) = try await send("http://127.0.0.1:1/v1", by: proxy)
        #expect(response?.status == 407)
    }

    @Test
    func `a proxy that wants a login before it opens a tunnel is reported as such, and gets nothing of the request`()
        async throws
    {
        let seen = Lock("")
        let proxy = try RawServer { connection in
            let request = try connection.readRequest()
            seen.withLock { $0 = request }
            try connection.write(Self.refusal)
        }
        defer { proxy.stop() }
        let (response, error) = try await send("https://127.0.0.1:1/v1", by: proxy)
        #expect(response == nil && error?.description.contains("407") == true, "\(String(describing: error))")
        #expect(error?.kind == .proxyForbids && error?.mayHaveArrived == false && error?.needsCorrection == true)
        #expect(seen.withLock { $0 }.hasPrefix("CONNECT 127.0.0.1:1 "))
    }

    @Test(arguments: [
        ("403 Forbidden", HTTPError.Kind.proxyForbids), ("405 Method Not Allowed", .proxyForbids),
        ("302 Found", .proxyForbids), ("429 Too Many Requests", .unreachable), ("502 Bad Gateway", .unreachable),
    ])
    func `a proxy that opens no tunnel forbids it or cannot, and nothing has arrived`(
        status: String,
        kind: HTTPError.Kind
    ) async throws {
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        }
        defer { proxy.stop() }
        let (response, error) = try await send("https://127.0.0.1:1/v1", by: proxy)
        #expect(
            response == nil && error?.kind == kind && error?.mayHaveArrived == false,
            "\(String(describing: error))"
        )
        #expect(error?.needsCorrection == (kind == .proxyForbids))
    }

    @Test func `what a proxy refused is forgotten with the next request`() async throws {
        let requests = Counter()
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            requests.add()
            guard requests.value == 1 else { return connection.reset() }
            try connection.write(Self.refusal)
        }
        defer { proxy.stop() }
        var configuration = HTTPClient.Configuration()
        configuration.proxy = proxy.url
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        let request = HTTPRequest(.post, "https://127.0.0.1:1/v1", body: .bytes(Array("{}".utf8)))
        let first = await failure { () throws(HTTPError) in try await client.send(request) }
        #expect(first?.kind == .proxyForbids)
        let second = await failure { () throws(HTTPError) in try await client.send(request) }
        #expect(second != nil && second?.needsCorrection == false, "\(String(describing: second))")
    }

    @Test(arguments: [([UInt8](arrayLiteral: 5, 0xff), HTTPError.Kind.proxyForbids), ([9, 9], .unreachable)])
    func `a SOCKS proxy that wants a login forbids, one that speaks something else is none`(
        answer: [UInt8],
        kind: HTTPError.Kind
    ) async throws {
        let proxy = try RawServer { connection in
            try connection.drain(Int(try connection.read(2)[1]))
            try connection.write(answer)
        }
        defer { proxy.stop() }
        var configuration = HTTPClient.Configuration()
        configuration.proxy = "socks5h://127.0.0.1:\(proxy.port)"
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        let request = HTTPRequest(.get, "http://127.0.0.1:1/v1")
        let error = await failure { () throws(HTTPError) in try await client.send(request) }
        #expect(error?.kind == kind && error?.mayHaveArrived == false, "\(String(describing: error))")
    }

    @Test(arguments: ["http", "https"])
    func `a proxy that dies is a failure to try again`(scheme: String) async throws {
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            connection.reset()
        }
        defer { proxy.stop() }
        let (response, error) = try await send("\(scheme)://127.0.0.1:1/v1", by: proxy)
        #expect(response == nil && error != nil)
    }

    @Test(arguments: ["http", "https"])
    func `a proxy that stalls ends with the time of the request`(scheme: String) async throws {
        let proxy = try RawServer { connection in
            _ = try connection.readRequest()
            _ = try connection.readRequest()
        }
        defer { proxy.stop() }
        let (_, error) = try await send("\(scheme)://127.0.0.1:1/v1", by: proxy, timeout: .milliseconds(200))
        #expect(error?.kind == .timedOut)
    }

    @Test func `a proxy without anybody behind its port is a failure that proves nothing arrived`() async throws {
        let proxy = try RawServer { _ in }
        proxy.stop()
        var configuration = HTTPClient.Configuration()
        configuration.proxy = "http://127.0.0.1:\(try Listener(host: "127.0.0.1", port: 0).port)"
        let client = try HTTPClient(configuration)
        let request = HTTPRequest(.post, "https://127.0.0.1:1/v1", body: .bytes([1]))
        let error = await failure { () throws(HTTPError) in try await client.send(request) }
        #expect(error?.kind == .unreachable && error?.mayHaveArrived == false)
    }
}
