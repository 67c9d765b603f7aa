import Basics
import HTTP
import TestSupport
import Testing

/// The built program beside a simulated PBX with phones and queues.
@Suite(.timeLimit(.minutes(5)))
struct CallsRunTests {
    @Test func `a user who was added by the command line sees calls come and go`() async throws {
        let site = try await CallsSite()
        try await eventually("a call that talks") {
            let answer = try await site.get("/api/ami/calls?state=up")
            return answer["calls"]?.elements?.isEmpty == false && answer["stale"] == nil
        }
        let stream = try await site.events("types=call")
        _ = try await stream.read(until: "event: call:ended\n")

        // The command finds the service that runs.
        let list = try Subprocess.connector(["calls", "user", "list"], environment: site.environment)
        #expect(try await list.exitStatus() == .exited(0))
        try await site.stop()
    }

    @Test func `python-socketio misses nothing from one connection to the next, and is told when its login ends`()
        async throws
    {
        let site = try await CallsSite()
        let refused = try await site.listener("websocket", token: "wrong", after: 0, count: 1).finished()
        #expect(refused.last?.hasPrefix("refused ") == true, "\(refused)")
        var ids: [Int] = []
        for (transports, carrier) in [
            ("websocket", "websocket"), ("polling", "polling"), ("polling,websocket", "websocket"),
        ] {
            let lines = try await site.listener(transports, after: (ids.max() ?? 10) - 10, count: 40).finished()
            #expect(lines.first == "connected \(carrier)", "if python-socketio is missing: scripts/setup --tests")
            #expect(lines.contains("answer True ['all']") && lines.last == "disconnected")
            // It handles events in any order, so the last ones are asked for again.
            let more = lines.compactMap { $0.hasPrefix("event ") ? Int($0.split(separator: " ")[2]) : nil }
            #expect(Set(more).count == 40)
            ids += more
        }
        let (first, last) = (try #require(ids.min()), try #require(ids.max()) - 10)
        let peer = try await site.webSocket("after=\(first - 1)")
        var all: [Int] = []
        while all.last ?? 0 < last {
            let frame = try JSONParser.parse(try await peer.text())
            if let id = frame["event"]?["id"]?.integer { all.append(id) }
        }
        #expect(Set(all).isSubset(of: ids))

        let listener = try site.listener("websocket", after: 0, count: 1_000_000)
        _ = try await listener.line(containing: "event ")
        try await site.logout()
        #expect(try await listener.finished().contains("expired TOKEN_REVOKED"))
        try await site.stop()
    }
}

/// `calls run` with a superuser who is logged in, beside a simulated PBX with ten calls a second.
private struct CallsSite {
    private let directory = TemporaryDirectory()
    private let pbx: Subprocess
    private let service: Subprocess
    private let client: HTTPClient
    private let token: String
    private let url: String
    let environment: [String: String]

    init() async throws {
        pbx = try Subprocess.connector(
            ["simulate", "pbx", "--live", "--port", "0", "--calls-per-minute", "600"],
            environment: [:]
        )
        let listening = try await pbx.line(containing: "simulated PBX")
        let amiPort = try #require(listening.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        environment = [
            "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1",
            "AMI_PORT": String(amiPort), "AMI_USERNAME": "connector", "AMI_PASSWORD": "simulated",
            "JWT_SECRET": "a-key-of-tokens-that-has-thirty-two-bytes",
        ]
        // Of the password `U*U`.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        try FileContents.write(Array("root:\(hash):superuser\n".utf8), to: directory.file("users"))
        let added = try Subprocess.connector(
            ["calls", "user", "import", directory.file("users")],
            environment: environment
        )
        #expect(try await added.exitStatus() == .exited(0))
        service = try Subprocess.connector(["calls", "run"], environment: environment)
        let started = try await service.line(containing: "calls over HTTP")
        url = String(try #require(started.firstMatch(of: /url=(\S+)/)?.1))
        _ = try await service.line(containing: "live state in step")
        client = try HTTPClient()
        var login = HTTPRequest(.post, "\(url)/api/ami/users/login")
        login.body = .bytes(Array(#"{"username":"root","password":"U*U"}"#.utf8))
        token = try #require(try JSONParser.parse(try await client.send(login).body[...])["jwt"]?.string)
    }

    private func send(_ method: HTTPRequest.Method, _ path: String) async throws -> JSONValue {
        var request = HTTPRequest(method, "\(url)\(path)")
        request.headers.append("Authorization", "Bearer \(token)")
        return try JSONParser.parse(try await client.send(request).body[...])
    }

    func get(_ path: String) async throws -> JSONValue { try await send(.get, path) }

    func logout() async throws { _ = try await send(.delete, "/api/ami/users/logout") }

    private var port: UInt16 {
        get throws { try #require(url.firstMatch(of: /:(\d+)$/).flatMap { UInt16($0.1) }) }
    }

    /// A WebSocket with events.
    func webSocket(_ query: String) async throws -> WebSocketPeer {
        try await WebSocketPeer.connect(port: port, "/ws?\(query)", headers: ["Authorization: Bearer \(token)"])
    }

    /// A stream of server-sent events.
    func events(_ query: String) async throws -> RawClient {
        let head = "GET /api/events?\(query) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n"
        return try await RawClient.connect(port: port, sending: head)
    }

    /// python-socketio, which prints what it gets (Tests/SocketIOClient).
    func listener(_ transports: String, token: String? = nil, after: Int, count: Int) throws -> Subprocess {
        let script = "\(Fixture.testsDirectory)/SocketIOClient/listener"
        let words = [url, transports, token ?? self.token, "\(after)", "\(count)"]
        return try Subprocess(arguments: ["/usr/bin/python3", script] + words)
    }

    func stop() async throws {
        for process in [service, pbx] {
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
        }
        _ = await client.close()
    }
}

extension Subprocess {
    /// What it printed, once it has ended.
    fileprivate func finished() async throws -> [String] {
        try await exitStatus()
        return lines.map(\.text)
    }
}
