import Basics
import HTTP
import Simulation
import TestSupport
import Testing

/// The monitoring port of the built binary, as browsers and others use it.
@Suite(.timeLimit(.minutes(3)))
struct LivePageSiteTests {
    private static let events = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func port(of process: Subprocess) async throws -> UInt16 {
        let line = try await process.line(containing: "monitoring: monitoring url=")
        let address = try #require(line.split(separator: "url=").last).replacing("/metrics", with: "")
        return try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
    }

    @Test func `a caller named script is text on the page, in its events and in the status`() async throws {
        let name = "<script>alert(1)</script>"
        let pbx = try ScriptedManager { peer in
            try peer.acceptLogin(
                coalescing: """
                    Event: Cdr\r
                    Privilege: cdr,all\r
                    Source: 18005551234\r
                    Destination: 100\r
                    DestinationContext: default\r
                    CallerID: "\(name)" <18005551234>\r
                    Channel: PJSIP/trunk-00000001\r
                    DestinationChannel: PJSIP/100-00000002\r
                    LastApplication: Dial\r
                    StartTime: 2026-11-21 01:00:00\r
                    AnswerTime: 2026-11-21 01:00:02\r
                    EndTime: 2026-11-21 01:00:09\r
                    Duration: 9\r
                    BillableSeconds: 7\r
                    Disposition: ANSWERED\r
                    UniqueID: 1795222800.1\r
                    \r\n
                    """
            )
            try peer.idle()
        }
        // Refuses what it gets with the caller's own words, as a validating API does.
        let api = try HTTPServer(host: "127.0.0.1", port: 0) { request in
            let body = String(decoding: request.body, as: UTF8.self)
            let caller = body.firstRange(of: name).map { body[$0] } ?? "nobody"
            return ServerResponse(status: 422, text: #"{"error":"caller \#(caller) 18005551234 is not allowed"}"#)
        }
        let directory = TemporaryDirectory()
        let process = try Subprocess.connector(
            ["run"],
            environment: [
                "API_KEY": "sk_0123456789abcdefghijABCDEFGHIJ01", "API_URL": "http://127.0.0.1:\(api.port)/v1",
                "API_GZIP": "false", "AMI_HOST": "127.0.0.1", "AMI_PORT": "\(pbx.port)", "AMI_USERNAME": "connector",
                "AMI_PASSWORD": "secret", "SPOOL_DIR": directory.file("spool"), "MONITORING_PORT": "0",
                "CDR_BATCH_FORCE_TIMEOUT": "1", "HOST_HOSTNAME": "pbx <b>1</b>",
            ]
        )
        let port = try await port(of: process)
        let client = try HTTPClient()
        defer { client.shutDown() }
        var page = ""
        try await eventually("the refused caller is on the page") {
            page = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/")).text
            return page.contains("alert(1)")
        }
        #expect(page.contains("caller &lt;script&gt;alert(1)&lt;/script&gt; *******1234 is not allowed"))
        #expect(!page.contains(name) && !page.contains("18005551234") && !page.contains("<b>1"))
        let stream = try await RawClient.connect(port: port, sending: Self.events)
        let event = try await stream.read(until: "\n\n")
        let data = try #require(event.split(separator: "data: ", maxSplits: 1).last?.split(separator: "\n").first)
        let json = try JSONParser.parse(String(data))
        #expect(json["fields"]?["hostname"] == .string("pbx <b>1</b>"))
        #expect(data.contains("\(name) *******1234") && !data.contains("18005551234"))
        let status = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/status")).text
        #expect(status.contains(name) && !status.contains("18005551234"))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
    }

    @Test func `many idle and deaf clients keep no client out and do not delay the stop`() async throws {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        let port = try await port(of: process)
        var crowd: [RawClient] = []
        // CROWD=10000 is the row of the fault matrix; it needs as many descriptors: ulimit -n 12000.
        for number in 0..<(environmentVariable("CROWD").flatMap { Int($0) } ?? 200) {
            let text = ["", "GET /metrics HTTP/1.1\r\nX-Slow: ", Self.events][number % 3]
            crowd.append(try await RawClient.connect(port: port, sending: text))
        }
        for _ in 0..<10 {
            #expect(try await site.monitoring("/metrics", of: process).contains("ami_connection_status 1\n"))
        }
        let deaf = try await RawClient.connect(port: port, sending: Self.events)
        try await site.pbx.play(calls: 5)
        process.terminate()
        #expect(try await process.exitStatus(within: .seconds(20)) == .exited(0))
        #expect(process.text(of: .errors).contains("stopped in order"))
        #expect(await deaf.isClosed())
        await site.stop()
    }

    @Test func `with a user name, a password and a certificate only logins get the page`() async throws {
        let site = try await SimulatedSite()
        let tls = "\(Fixture.testsDirectory)/Fixtures/tls"
        let process = try site.start([
            "MONITORING_USERNAME": "admin", "MONITORING_PASSWORD": "correct horse",
            "MONITORING_TLS_CERTIFICATE_FILE": "\(tls)/server.pem", "MONITORING_TLS_KEY_FILE": "\(tls)/server-key.pem",
        ])
        let port = try await port(of: process)
        var configuration = HTTPClient.Configuration()
        configuration.authorityFile = "\(tls)/authority.pem"
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        func status(_ path: String, _ credentials: String? = nil) async throws -> Int {
            var request = HTTPRequest(.get, "https://127.0.0.1:\(port)\(path)")
            if let credentials {
                request.headers.append("Authorization", "Basic \(Base64.encoded(Array(credentials.utf8)))")
            }
            return try await client.send(request).status
        }
        #expect(try await status("/healthz") == 200)
        for path in ["/", "/metrics", "/status"] {
            #expect(try await status(path) == 401)
            #expect(try await status(path, "admin:wrong horse") == 401)
            #expect(try await status(path, "admin:correct horse") == 200)
        }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        #expect(!process.text(of: .errors).contains("horse"))
        await site.stop()
    }

    @Test func `what the monitoring port cannot work with ends the start with a word of what to do`() async throws {
        let site = try await SimulatedSite()
        let tls = "\(Fixture.testsDirectory)/Fixtures/tls"
        let half = try site.start(["MONITORING_USERNAME": "admin"])
        #expect(try await half.exitStatus() == .exited(78))
        #expect(half.text(of: .errors).contains("MONITORING_USERNAME is set and MONITORING_PASSWORD is not"))
        let unlike = try site.start([
            "MONITORING_TLS_CERTIFICATE_FILE": "\(tls)/authority.pem",
            "MONITORING_TLS_KEY_FILE": "\(tls)/server-key.pem",
        ])
        #expect(try await unlike.exitStatus() == .exited(69))
        #expect(unlike.text(of: .errors).contains("the TLS key and certificate do not work"))
        let open = try site.start(["MONITORING_BIND": "0.0.0.0"])
        try await open.line(containing: "the monitoring port on 0.0.0.0 is open to everyone who reaches it")
        try await open.line(containing: "ami: logged in")
        open.terminate()
        #expect(try await open.exitStatus() == .exited(0))
        await site.stop()
    }
}
