import Basics
import HTTP
import TestSupport
import Testing

/// The built program beside a simulated PBX with phones and queues.
@Suite(.timeLimit(.minutes(5)))
struct CallsRunTests {
    private let directory = TemporaryDirectory()

    private func environment(amiPort: String) -> [String: String] {
        [
            "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1", "AMI_PORT": amiPort,
            "AMI_USERNAME": "connector", "AMI_PASSWORD": "simulated",
            "JWT_SECRET": "a-key-of-tokens-that-has-thirty-two-bytes",
        ]
    }

    @Test func `a user who was added by the command line sees calls come and go`() async throws {
        let pbx = try Subprocess.connector(
            ["simulate", "pbx", "--live", "--port", "0", "--calls-per-minute", "600"],
            environment: [:]
        )
        let listening = try await pbx.line(containing: "simulated PBX")
        let amiPort = try #require(listening.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        let environment = environment(amiPort: String(amiPort))
        // Of the password `U*U`.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        try FileContents.write(Array("root:\(hash):superuser\n".utf8), to: directory.file("users"))
        let added = try Subprocess.connector(
            ["calls", "user", "import", directory.file("users")],
            environment: environment
        )
        #expect(try await added.exitStatus() == .exited(0))
        let service = try Subprocess.connector(["calls", "run"], environment: environment)
        let started = try await service.line(containing: "calls over HTTP")
        let url = try #require(started.firstMatch(of: /url=(\S+)/)?.1)
        _ = try await service.line(containing: "live state in step")

        let client = try HTTPClient()
        var login = HTTPRequest(.post, "\(url)/api/ami/users/login")
        login.body = .bytes(Array(#"{"username":"root","password":"U*U"}"#.utf8))
        let token = try #require(try JSONParser.parse(try await client.send(login).body[...])["jwt"]?.string)
        try await eventually("a call that talks") {
            var request = HTTPRequest(.get, "\(url)/api/ami/calls?state=up")
            request.headers.append("Authorization", "Bearer \(token)")
            let answer = try JSONParser.parse(try await client.send(request).body[...])
            return answer["calls"]?.elements?.isEmpty == false && answer["stale"] == nil
        }
        let port = try #require(url.firstMatch(of: /:(\d+)$/).flatMap { UInt16($0.1) })
        let head = "GET /api/events?types=call HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n"
        let stream = try await RawClient.connect(port: port, sending: head)
        _ = try await stream.read(until: "event: call:ended\n")

        // The command finds the service that runs.
        let list = try Subprocess.connector(["calls", "user", "list"], environment: environment)
        #expect(try await list.exitStatus() == .exited(0))
        for process in [service, pbx] {
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
        }
        _ = await client.close()
    }
}
