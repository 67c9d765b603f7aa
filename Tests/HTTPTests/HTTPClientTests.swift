import Basics
import Glibc
import TestSupport
import Testing

@testable import HTTP

struct HTTPClientTests {
    private let client: HTTPClient

    init() throws { client = try HTTPClient(.init(userAgent: "Asterisk-Connector/1.2.3")) }

    @Test func `a request and its answer arrive whole`() async throws {
        let seen = Lock<ServerRequest?>(nil)
        let server = try HTTPServer.threaded { request in
            seen.withLock { $0 = request }
            return ServerResponse(status: 202, headers: ["X-One": "1", "x-one": "2"], body: request.body.reversed())
        }
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let headers: HTTPHeaders = ["Authorization": "Bearer k", "Content-Type": "application/json", "X-Empty": ""]
        let request = HTTPRequest(.post, "\(server.url)/v1/a%20b?n=1&m=x%26", headers: headers, body: .bytes(body))
        let response = try await client.send(request)
        #expect(response.status == 202)
        #expect(response.headers["X-ONE"] == "1")
        #expect(response.headers.fields.filter { $0.name == "x-one" }.map(\.value) == ["1", "2"])
        #expect(response.body == body.reversed())
        let received = try #require(seen.withLock { $0 })
        #expect(received.method == "POST")
        #expect(received.path == "/v1/a b")
        #expect(received.query == ["n": "1", "m": "x&"])
        #expect(received.body == body)
        #expect(received.headers["authorization"] == "Bearer k")
        #expect(received.headers["x-empty"] == "")
        #expect(received.headers["User-Agent"] == "Asterisk-Connector/1.2.3")
        #expect(received.headers["Expect"] == nil)
    }

    @Test func `one handle serves every method in turn`() async throws {
        let server = try HTTPServer.threaded { request in
            ServerResponse(status: 200, text: "\(request.method) \(request.body.count)")
        }
        for method in [HTTPRequest.Method.post, .get, .head, .put, .get, .post, .delete, .get] {
            for size in [0, 5] where size == 0 || method == .post || method == .put {
                let body = size == 0 ? HTTPRequest.Body.none : .bytes([UInt8](repeating: 1, count: size))
                let response = try await client.send(HTTPRequest(method, server.url, body: body))
                #expect(response.text == (method == .head ? "" : "\(method.rawValue) \(size)"))
            }
        }
    }

    @Test func `a connection is used again`() async throws {
        let server = try RawServer { connection in
            while true {
                _ = try connection.readRequest()
                try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        defer { server.stop() }
        for _ in 1...5 { #expect(try await client.send(HTTPRequest(.get, server.url)).text == "ok") }
        #expect(server.connections == 1)
    }

    @Test func `the first request after a timeout gets a new connection`() async throws {
        let client = client
        let gate = try EventFD()
        let arrived = AsyncStream<Void>.makeStream()
        let server = try RawServer { connection in
            while true {
                let request = try connection.readRequest()
                guard !request.hasPrefix("GET /hang") else { continue }
                if request.hasPrefix("GET /slow") {
                    arrived.continuation.yield()
                    _ = Poll.wait(for: .read, on: gate.descriptor, timeout: .seconds(120))
                }
                try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        defer { server.stop() }
        // The slow request keeps its own connection, which is idle and reusable once the other one has timed out.
        async let slow = client.send(HTTPRequest(.get, "\(server.url)/slow"))
        for await _ in arrived.stream { break }
        let hanging = HTTPRequest(.get, "\(server.url)/hang", timeout: .milliseconds(100))
        #expect(await failure { () throws(HTTPError) in try await client.send(hanging) }?.kind == .timedOut)
        gate.signal()
        _ = try await slow
        _ = try await client.send(HTTPRequest(.get, server.url))
        #expect(server.connections == 3)
        _ = try await client.send(HTTPRequest(.get, server.url))
        #expect(server.connections == 3)
    }

    @Test func `hundreds of requests at once are all answered`() async throws {
        let client = client
        let server = try HTTPServer.threaded { ServerResponse(status: 200, body: $0.body) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                let body = Array("request \(number)".utf8)
                let request = HTTPRequest(.post, server.url, body: .bytes(body))
                group.addTask { try await client.send(request).body == body }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func `cancelling ends a request whose server is silent`() async throws {
        let client = client
        let arrived = AsyncStream<Void>.makeStream()
        let server = try HTTPServer.threaded { _ in
            arrived.continuation.yield()
            return .hang(.seconds(600))
        }
        let request = HTTPRequest(.get, server.url, timeout: .seconds(600))
        let task = Task { await failure { () throws(HTTPError) in try await client.send(request) } }
        for await _ in arrived.stream { break }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func `a cancelled task sends nothing`() async throws {
        let client = client
        let server = try RawServer { _ in }
        defer { server.stop() }
        let request = HTTPRequest(.get, server.url)
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await failure { () throws(HTTPError) in try await client.send(request) }
        }
        #expect(await task.value == .cancelled)
        #expect(server.connections == 0)
    }

    @Test func `cancelling at any moment leaves no request behind`() async throws {
        let client = client
        let server = try HTTPServer.threaded { _ in ServerResponse(status: 200, text: "ok") }
        let request = HTTPRequest(.get, server.url)
        await withTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    let task = Task { try? await client.send(request) }
                    for _ in 0..<(number % 20) { await Task.yield() }
                    task.cancel()
                    _ = await task.value
                }
            }
        }
        #expect(try await client.send(request).status == 200)
    }

    @Test func `shutting down cancels what is under way and what comes later`() async throws {
        let client = try HTTPClient()
        let arrived = AsyncStream<Void>.makeStream()
        let server = try HTTPServer.threaded { _ in
            arrived.continuation.yield()
            return .hang(.seconds(600))
        }
        let request = HTTPRequest(.get, server.url, timeout: .seconds(600))
        let task = Task { await failure { () throws(HTTPError) in try await client.send(request) } }
        for await _ in arrived.stream { break }
        client.shutDown()
        client.shutDown()
        #expect(await task.value == .cancelled)
        #expect(await failure { () throws(HTTPError) in try await client.send(request) } == .cancelled)
    }

    @Test func `closing waits for the thread, twice too, and cancels what is under way`() async throws {
        let client = try HTTPClient()
        let arrived = AsyncStream<Void>.makeStream()
        let server = try HTTPServer.threaded { _ in
            arrived.continuation.yield()
            return .hang(.seconds(600))
        }
        let request = HTTPRequest(.get, server.url, timeout: .seconds(600))
        let task = Task { await failure { () throws(HTTPError) in try await client.send(request) } }
        for await _ in arrived.stream { break }
        #expect(await client.close())
        #expect(await client.close())
        #expect(await task.value == .cancelled)
    }

    @Test func `a redirect is an answer and not followed`() async throws {
        let count = Counter()
        let server = try HTTPServer.threaded { _ in
            count.add()
            return ServerResponse(status: 307, headers: ["Location": "/elsewhere"])
        }
        let response = try await client.send(HTTPRequest(.post, server.url, body: .bytes([1])))
        #expect(response.status == 307)
        #expect(response.headers["location"] == "/elsewhere")
        #expect(count.value == 1)
    }

    @Test func `a compressed answer is decompressed`() async throws {
        let server = try HTTPServer.threaded { request in
            let accepts = request.headers["Accept-Encoding"]?.contains("gzip") == true
            let body = (try? Gzip.compress(Array("accepted: \(accepts)".utf8))) ?? []
            return ServerResponse(status: 200, headers: ["Content-Encoding": "gzip"], body: body)
        }
        #expect(try await client.send(HTTPRequest(.get, server.url)).text == "accepted: true")
    }

    @Test func `an interim answer leaves no header behind`() async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n")
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(response.headers["link"] == nil)
        #expect(response.headers["retry-after"] == "7")
    }

    @Test func `a configured proxy is used`() async throws {
        let proxy = try HTTPServer.threaded { request in
            ServerResponse(status: 200, text: request.headers["Host"] ?? "")
        }
        var configuration = HTTPClient.Configuration()
        configuration.proxy = proxy.url
        let client = try HTTPClient(configuration)
        #expect(try await client.send(HTTPRequest(.get, "http://api.invalid/")).text == "api.invalid")
    }

    @Test func `a proxy in the environment is ignored`() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { unsafe setenv(name, "http://127.0.0.1:1", 1) }
            let server = try HTTPServer.threaded { _ in ServerResponse(status: 204) }
            let response = try await HTTPClient().send(HTTPRequest(.get, server.url))
            #expect(response.status == 204)
        }
    }
}
