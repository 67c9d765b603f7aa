import Basics
import TestSupport
import Testing

@testable import HTTP

/// Routes on a server, most of them with handlers that answer later.
@Suite(.timeLimit(.minutes(5)))
struct RouterServerTests {
    private static let modes: [HTTPServerOptions.Mode] = [.oneThread, .threads(2), .threadPerConnection]

    private let gate = Gate()

    private func server(
        _ mode: HTTPServerOptions.Mode = .threads(2),
        handlers: Int = 256,
        deadline: Duration = .seconds(600)
    ) throws -> HTTPServer {
        var options = HTTPServerOptions(mode)
        options.connectionLimit = 400
        options.handlerLimit = handlers
        var configuration = Router.Configuration()
        configuration.deadline = deadline
        configuration.bodyLimit = 1000
        configuration.authentication = .token(Secret("right"), principal: Principal("admin"))
        let gate = gate
        let router = try Router(
            [
                .immediate(.get, "/now/{id}", access: .open) { ServerResponse(status: 200, text: "now \($0["id"])") },
                Route(.get, "/soon/{id}", access: .open) { ServerResponse(status: 200, text: "soon \($0["id"])") },
                Route(.post, "/wait/{id}", access: .open) { request in
                    try await gate.pass()
                    return ServerResponse(status: 200, text: "waited \(request["id"]) \(request.body.count)")
                },
                Route(.post, "/deaf", access: .open) { _ in
                    await gate.passDeaf()
                    return ServerResponse(status: 200, text: "heard")
                },
                Route(.post, "/admin", access: .authenticated) {
                    ServerResponse(status: 200, text: "\($0.body.count)")
                },
            ],
            configuration
        )
        return try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: router)
    }

    private static func post(_ path: String, body: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test(arguments: modes)
    func `an answer comes later, from another thread, and the connection lives on`(mode: HTTPServerOptions.Mode)
        async throws
    {
        let server = try server(mode)
        let client = try await RawClient.connect(
            port: server.port,
            sending: Self.post("/wait/a%2Fb", body: "abc") + Self.post("/wait/2")
                + "GET /now/3 HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        await gate.arrived(1)
        gate.open()
        let text = try await client.read(until: "now 3")
        #expect(text.contains("waited a/b 3") && text.contains("waited 2 0"))
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: modes)
    func `a handler that is done before its connection is set aside is answered`(mode: HTTPServerOptions.Mode)
        async throws
    {
        let server = try server(mode)
        let client = try HTTPClient()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        let id = part * 100 + number
                        let answer = try await client.send(HTTPRequest(.get, "\(server.url)/soon/\(id)"))
                        #expect(answer.text == "soon \(id)")
                    }
                }
            }
            try await group.waitForAll()
        }
        client.shutDown()
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `a hundred requests wait at once while others are answered`(mode: HTTPServerOptions.Mode) async throws {
        let server = try server(mode)
        var clients: [RawClient] = []
        for number in 0..<100 {
            clients.append(try await RawClient.connect(port: server.port, sending: Self.post("/wait/\(number)")))
        }
        await gate.arrived(100)
        #expect(try await HTTPClient().send(HTTPRequest(.get, "\(server.url)/now/1")).text == "now 1")
        gate.open()
        for (number, client) in clients.enumerated() { try await client.read(until: "waited \(number) 0") }
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: modes)
    func `a server stops while requests wait, and cancels their handlers`(mode: HTTPServerOptions.Mode) async throws {
        let server = try server(mode)
        var clients: [RawClient] = []
        for number in 0..<20 {
            let path = number % 2 == 0 ? "/wait/\(number)" : "/deaf"
            clients.append(try await RawClient.connect(port: server.port, sending: Self.post(path)))
        }
        await gate.arrived(20)
        try await Thread.run("stop") { server.stop() }
        for client in clients { #expect(await client.isClosed()) }
        await gate.cancelled(20)
        // Handlers that continue have no client to answer.
        gate.open()
        await gate.left(20)
    }

    @Test(arguments: modes)
    func `a server that stops with grace answers what has begun, and nothing else`(mode: HTTPServerOptions.Mode)
        async throws
    {
        let server = try server(mode)
        let one = try await RawClient.connect(port: server.port, sending: Self.post("/wait/1"))
        await gate.arrived(1)
        let stopping = Task { try await Thread.run("stop") { server.stop(grace: .seconds(600)) } }
        let client = try HTTPClient()
        try await eventually("no other handler begins") {
            try await client.send(HTTPRequest(.get, "\(server.url)/soon/1")).status == 503
        }
        #expect(server.workingHandlerCount == 1)
        gate.open()
        #expect(try await one.read(until: "waited 1").hasPrefix("HTTP/1.1 200"))
        try await stopping.value
        #expect(await one.isClosed())
        client.shutDown()
    }

    @Test(arguments: modes)
    func `a handler whose time is over is cancelled and answered 504`(mode: HTTPServerOptions.Mode) async throws {
        let server = try server(mode, deadline: .milliseconds(50))
        for path in ["/wait/1", "/deaf"] {
            let client = try await RawClient.connect(
                port: server.port,
                sending: Self.post(path) + Self.post("/nowhere")
            )
            let text = try await client.read(until: #""code":"not_found""#)
            #expect(text.hasPrefix("HTTP/1.1 504") && text.contains(#""code":"deadline_exceeded""#))
        }
        await gate.cancelled(2)
        gate.open()
        await gate.left(2)
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: modes)
    func `more handlers than allowed are answered 503 until others end`(mode: HTTPServerOptions.Mode) async throws {
        let server = try server(mode, handlers: 2)
        let one = try await RawClient.connect(port: server.port, sending: Self.post("/wait/1"))
        let two = try await RawClient.connect(port: server.port, sending: Self.post("/wait/2"))
        await gate.arrived(2)
        let client = try HTTPClient()
        let busy = try await client.send(HTTPRequest(.get, "\(server.url)/soon/1"))
        #expect(busy.status == 503 && busy.headers["Retry-After"] == "1" && busy.text.contains("busy"))
        #expect(try await client.send(HTTPRequest(.get, "\(server.url)/now/1")).status == 200)
        gate.open()
        try await one.read(until: "waited 1")
        try await two.read(until: "waited 2")
        try await eventually("there is room again") {
            try await client.send(HTTPRequest(.get, "\(server.url)/soon/1")).status == 200
        }
        client.shutDown()
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `the handler of a client that leaves is cancelled`(mode: HTTPServerOptions.Mode) async throws {
        let server = try server(mode)
        do {
            let client = try await RawClient.connect(port: server.port, sending: Self.post("/wait/1"))
            await gate.arrived(1)
            withExtendedLifetime(client) {}
        }
        await gate.cancelled(1)
        #expect(try await HTTPClient().send(HTTPRequest(.get, "\(server.url)/now/1")).status == 200)
        try await Thread.run("stop") { server.stop() }
    }

    @Test func `a body without credentials is not kept, and a body that is too long is answered 413`() async throws {
        let server = try server()
        let client = try HTTPClient()
        let long = HTTPRequest.Body.bytes([UInt8](repeating: 1, count: 2_000_000))
        let url = "\(server.url)/admin"
        #expect(try await client.send(HTTPRequest(.post, url, body: long)).status == 401)
        let right: HTTPHeaders = ["Authorization": "Bearer right"]
        #expect(try await client.send(HTTPRequest(.post, url, headers: right, body: long)).status == 413)
        let short = HTTPRequest.Body.bytes([UInt8](repeating: 1, count: 1000))
        #expect(try await client.send(HTTPRequest(.post, url, headers: right, body: short)).text == "1000")
        client.shutDown()
        try await Thread.run("stop") { server.stop() }
    }

    @Test func `HEAD is answered as GET without a body`() async throws {
        let server = try server()
        let client = try await RawClient.connect(
            port: server.port,
            sending: "HEAD /soon/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /now/2 HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        let text = try await client.read(until: "now 2")
        #expect(text.contains("Content-Length: 6\r\n") && !text.contains("soon 1"))
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `a request that is cut off at any byte leaves the server as it was`(mode: HTTPServerOptions.Mode) async throws
    {
        let server = try server(mode)
        gate.open()
        let request = Self.post("/wait/a%2Fb?x=%41", body: "abc")
        for count in 0...request.utf8.count {
            _ = try await RawClient.connect(port: server.port, sending: String(request.prefix(count)))
        }
        for kind in HostileInput.kinds {
            let text = String(decoding: kind.bytes(200), as: UTF8.self)
            for head in [
                "GET /\(text) HTTP/1.1\r\nHost: a\r\n\r\n", "GET /now/1 HTTP/1.1\r\nHost: a\r\n\(text)\r\n\r\n",
            ] {
                _ = try await RawClient.connect(port: server.port, sending: head)
            }
        }
        #expect(try await HTTPClient().send(HTTPRequest(.get, "\(server.url)/soon/1")).text == "soon 1")
        try await Thread.run("stop") { server.stop() }
    }

    @Test(arguments: modes)
    func `a server that stops at any moment ends all requests`(mode: HTTPServerOptions.Mode) async throws {
        gate.open()
        for round in 0..<20 {
            let server = try server(mode)
            let (port, paths) = (server.port, ["/wait/1", "/soon/1", "/deaf", "/nowhere"])
            let clients = Task {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            let request = Self.post(paths[number % paths.count])
                            guard let client = try? await RawClient.connect(port: port, sending: request + request)
                            else { return }
                            _ = await client.isClosed()
                        }
                    }
                }
            }
            for _ in 0..<round * 20 { await Task.yield() }
            try await Thread.run("stop") { server.stop() }
            await clients.value
        }
    }

    @Test func `a server with several threads has streams`() async throws {
        let feed = EventFeed(limit: 8, perAddress: 8, timeout: .seconds(60))
        let router = try Router([.immediate(.get, "/events", access: .open) { _ in .events(feed) }])
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: HTTPServerOptions(.threads(2)), router: router)
        feed.publish(EventFeed.frame(event: "a", data: Array("1".utf8)))
        var clients: [RawClient] = []
        for _ in 0..<6 {
            clients.append(
                try await RawClient.connect(port: server.port, sending: "GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            )
        }
        for client in clients { try await client.read(until: "data: 1") }
        feed.publish(EventFeed.frame(event: "a", data: Array("2".utf8)))
        for client in clients { try await client.read(until: "data: 2") }
        try await Thread.run("stop") { server.stop() }
        for client in clients { #expect(await client.isClosed()) }
    }
}
