import Basics
import Connector
import Daemon
import Delivery
import HTTP
import Spool
import TestSupport
import Testing

@testable import AMI

struct MonitoringTests {
    private let directory = TemporaryDirectory()

    private func endpoint(
        online: Bool,
        spoolError: SpoolError? = nil,
        level: Admission.Level = .all,
        loss: Gap? = nil,
        problems: [String] = [],
        routes: [Route] = []
    ) -> MonitoringEndpoint {
        var spool = SpoolFigures()
        spool.counts = [
            .cdr: RecordCounts(received: 3, delivered: 1, waiting: 2), .cel: RecordCounts(received: 9, delivered: 9),
        ]
        spool.frozen = 2
        spool.bytes = 4096
        spool.oldest = Timestamp(seconds: 1_795_224_725)
        spool.usedBytes = 2048
        spool.maxBytes = 1 << 31
        spool.disk = DiskSpace(free: 1000, size: 5000)
        spool.level = level
        spool.deadLetters = 4
        spool.gapsByCause = ["disconnected": 6, "refused": 1]
        spool.latestGaps = [
            RecordedGap(
                id: 7,
                cause: "refused",
                from: Timestamp(seconds: 1_795_224_000),
                to: Timestamp(seconds: 1_795_224_725),
                events: 12,
                before: Array(0..<16),
                after: nil
            )
        ]
        spool.lastError = spoolError
        if level != .all { spool.fillCause = .deadLetters }
        var status = StatusReport(
            hostname: "pbx",
            uptime: .seconds(61),
            ami: AMIClient.Status(
                isOnline: online,
                greeting: "Asterisk Call Manager/11.0.0",
                lastError: online ? nil : .closedUngreeted
            ),
            spool: spool,
            ringBytes: 7,
            delivery: DeliveryReport()
        )
        status.gapsUnderWay = [loss].compactMap(\.self)
        status.featureProblems = problems
        status.redaction = Redaction([Secret("s3cret-of-agents")])
        let report = status
        return MonitoringEndpoint(
            MonitoringConfiguration(),
            metrics: Metrics(),
            log: Logger("test", sink: LogSink { _ in }),
            routes: routes
        ) { report }
    }

    private func get(_ path: String, _ endpoint: MonitoringEndpoint, method: String = "GET") -> (Int, String) {
        let response = endpoint.respond(
            to: ServerRequest(method: method, path: path, query: [:], headers: [:], body: [])
        )
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    @Test func `healthz says that the process works, whatever else does not`() {
        #expect(get("/healthz", endpoint(online: false)).0 == 200)
    }

    @Test func `readyz is 503 with the reason until logged in and able to store`() {
        #expect(get("/readyz", endpoint(online: true)) == (200, "ready\n"))
        let offline = get("/readyz", endpoint(online: false))
        #expect(offline.0 == 503 && offline.1.contains("without a greeting"))
        let full = get("/readyz", endpoint(online: true, spoolError: .locked(path: "/x")))
        #expect(full.0 == 503 && full.1.contains("/x"))
    }

    @Test func `readyz is 503 while the spool does not take everything, and says what to do`() {
        let nearlyFull = get("/readyz", endpoint(online: true, level: .cdrsOnly))
        #expect(nearlyFull.0 == 503 && nearlyFull.1.contains("takes no CELs"))
        let full = get("/readyz", endpoint(online: true, level: .nothing))
        #expect(full.0 == 503 && full.1.contains("dead letters wait for an operator; retry or drop"))
        let both = get("/readyz", endpoint(online: true, spoolError: .full(path: "/x", cause: .disk), level: .nothing))
        #expect(both.1.split(separator: "\n").count == 1, "one reason is told once")
    }

    @Test func `what a feature reports makes readyz 503, its secrets hidden`() {
        let ready = get("/readyz", endpoint(online: true, problems: ["no agent is logged in with s3cret-of-agents"]))
        #expect(ready == (503, "no agent is logged in with ********\n"))
    }

    @Test func `the routes of a feature are served beside those of every service`() {
        let greeting = Route.immediate(.get, "/greetings/{name}", access: .open) { request in
            ServerResponse(status: 200, text: "hello, \(request.parameters["name"] ?? "")\n")
        }
        let endpoint = endpoint(online: true, routes: [greeting])
        #expect(get("/greetings/Ann", endpoint) == (200, "hello, Ann\n"))
        #expect(get("/readyz", endpoint) == (200, "ready\n"))
    }

    @Test func `a gap is shown while it goes on, in status and on the page`() throws {
        let start = Timestamp(seconds: 1_795_224_000)
        let loss = Gap(cause: .overflow, from: start, to: start.adding(seconds: 9), events: 1234)
        let endpoint = endpoint(online: true, loss: loss)
        let ongoing = try JSONParser.parse(get("/status", endpoint).1)["gaps"]?["ongoing"]?.elements?.first
        #expect(ongoing?["cause"] == .string("overflow") && ongoing?["events"] == .integer(1234))
        #expect(ongoing?["from"] == .string(start.description))
        #expect(get("/", endpoint).1.contains("1,234 events missing so far"))
    }

    @Test func `status is JSON with the conservation of records`() throws {
        let (code, text) = get("/status", endpoint(online: true))
        #expect(code == 200)
        try expectGolden(Array(text.utf8), "monitoring/status.json")
        let json = try JSONParser.parse(text)
        let cdr = json["records"]?["cdr"]
        #expect(cdr?["received"] == .integer(3) && cdr?["waiting"] == .integer(2))
        #expect(json["gaps"]?["count"] == .integer(7) && json["dead_letters"] == .integer(4))
        #expect(json["gaps"]?["latest"]?.elements?.count == 1 && json["balanced"] == .boolean(true))
    }

    @Test func `every counter is there from the start, with the contract's names`() throws {
        let text = get("/metrics", endpoint(online: false)).1
        for name in [
            "ami_connection_status 0", "cdrs_processed_total 0", "cdrs_sent_total 0", "cdrs_failed_total 0",
            "asterisk_cdr_filtered_total{reason=\"queue_attempt\"} 0",
            "api_request_duration_seconds_count{code=\"2xx\"} 0",
        ] { #expect(text.contains(name + "\n"), "\(name)") }
        let fixed = text.split(separator: "\n").filter { !$0.contains("build_info{") }.joined(separator: "\n")
        try expectGolden(Array(fixed.utf8), "monitoring/metrics.txt")
    }

    @Test func `other paths and methods are refused`() {
        #expect(get("/nothing", endpoint(online: true)).0 == 404)
        #expect(get("/metrics", endpoint(online: true), method: "POST").0 == 405)
    }

    @Test func `the page and its parts come with headers that keep everything else out`() throws {
        let endpoint = endpoint(online: true)
        for (path, type) in [
            ("/", "text/html"), ("/live.css", "text/css"), ("/live.js", "text/javascript"), ("/live.svg", "image/svg"),
            ("/events", "text/event-stream"), ("/status", "application/json"), ("/nothing", "text/plain"),
        ] {
            let response = endpoint.respond(to: ServerRequest(method: "GET", path: path))
            #expect(response.headers["Content-Type"]?.hasPrefix(type) == true, "\(path)")
            let policy = try #require(response.headers["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe") && !policy.contains("*") && policy.contains("frame-ancestors 'none'"))
            #expect(response.headers["X-Content-Type-Options"] == "nosniff")
            #expect(response.headers["Cache-Control"] == "no-store")
        }
        #expect(get("/", endpoint).1.contains("<title>Needs attention · pbx"))
        #expect(endpoint.respond(to: ServerRequest(method: "HEAD", path: "/events")).feed == nil)
    }

    @Test func `the page has no style, script or address but its own`() {
        let page = get("/", endpoint(online: true)).1 + get("/live.css", endpoint(online: true)).1
        for word in [
            "style=", "<style", "onload", "onclick", "javascript:", "http:", "https:", "//", "@import", "url(",
        ] {
            #expect(!page.contains(word), "\(word)")
        }
        let script = get("/live.js", endpoint(online: true)).1
        for word in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "Function(", "http"] {
            #expect(!script.contains(word), "\(word)")
        }
    }
}
