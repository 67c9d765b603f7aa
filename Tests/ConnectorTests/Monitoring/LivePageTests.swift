import AMI
import Basics
import Delivery
import Recordings
import Spool
import TestSupport
import Testing

@testable import Connector

struct LivePageTests {
    private static let now = Timestamp(seconds: 1_795_224_725)

    /// A state in which everything has something to show.
    private func busy() -> StatusReport {
        var spool = SpoolFigures()
        spool.counts = [
            .cdr: RecordCounts(received: 12_345, delivered: 12_000, waiting: 300, dead: 1, dropped: 4, filtered: 40),
            .cel: RecordCounts(received: 98_765, delivered: 98_000, waiting: 700, dead: 0, refused: 60, lost: 5),
        ]
        spool.usedBytes = 3_400_000
        spool.maxBytes = 1 << 31
        spool.disk = DiskSpace(free: 77_000_000_000, size: 250_000_000_000)
        spool.oldest = Self.now.adding(seconds: -75)
        spool.deadLetters = 1
        spool.gapsByCause = ["disconnected": 6, "refused": 1]
        spool.latestGaps = [
            gap(6, "disconnected", from: -90_000, to: -89_000, events: 0),
            gap(7, "refused", from: -725, to: -700, events: 60),
        ]
        var status = StatusReport(
            hostname: "pbx-1",
            uptime: .seconds(93_784),
            ami: AMIClient.Status(isOnline: true, greeting: "Asterisk Call Manager/11.0.0", lastError: nil),
            spool: spool,
            ringBytes: 7,
            delivery: DeliveryReport()
        )
        status.delivery.reason = .configuration
        status.delivery.lastError = "HTTP 401; check API_KEY"
        status.delivery.until = Self.now.adding(seconds: 55)
        status.delivery.lastSuccess = Self.now.adding(seconds: -80)
        status.delivery.requestsInFlight = 1
        status.lastEvent = Self.now.adding(seconds: -2)
        status.rates = LiveRates(events: 48.4, received: 31.2, delivered: 0)
        status.rates.deliveries = 1234
        status.rates.averageLatency = 1.26
        status.rates.latencyBound = 2.5
        status.spool.recordings = RecordingCounts(found: 3471, uploaded: 3456, known: 1, waiting: 12, parked: 2)
        status.recordings = RecordingsStatus()
        status.recordings?.waiting = 12
        status.recordings?.uploaded = 3456
        status.recordings?.parked = 2
        status.recordings?.uploads = [
            upload("out-18005551234-101.wav", sent: 3_145_728, size: 10_485_760),
            upload("q-sales.wav", sent: 0, size: 0),
        ]
        status.troubles = [
            LogEntry(
                time: Self.now.adding(seconds: -86_400),
                level: .warning,
                component: "ami",
                message: "lost the connection",
                fields: [.init("retry_in", "1s")]
            ),
            LogEntry(
                time: Self.now.adding(seconds: -3),
                level: .error,
                component: "shipper",
                message: "delivery paused until the error is corrected, nothing is lost",
                fields: [.init("error", "HTTP 401; check API_KEY"), .init("retry_in", "60s")],
                count: 14
            ),
        ]
        return status
    }

    private func gap(_ id: Int, _ cause: String, from: Int, to: Int, events: Int) -> RecordedGap {
        RecordedGap(
            id: id,
            cause: cause,
            from: Self.now.adding(seconds: from),
            to: Self.now.adding(seconds: to),
            events: events,
            before: nil,
            after: nil
        )
    }

    private func upload(_ name: String, sent: Int, size: Int) -> RecordingsStatus.Upload {
        RecordingsStatus.Upload(
            fileName: Array(name.utf8),
            sent: sent,
            size: size,
            since: Self.now.adding(seconds: -4)
        )
    }

    private let points = (0..<6).map { index in
        LiveHistory.Point(
            events: Double(index) * 10,
            received: Double(index) * 7.5,
            delivered: Double(index % 2) * 33.3,
            waiting: index * 100
        )
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `the page as a document and as an event`() throws {
        let page = LivePage(busy(), points: points, now: Self.now)
        try expectGolden(page.html, "monitoring/live.html")
        try expectGolden(page.json + [ASCII.newline], "monitoring/live.json")
        #expect(!page.json.contains(ASCII.newline), "an event's data is one line")
    }

    @Test func `a page of a connector that has just started`() throws {
        let status = StatusReport(
            hostname: "pbx-1",
            uptime: .seconds(1),
            ami: AMIClient.Status(isOnline: false, greeting: "", lastError: nil),
            spool: SpoolFigures(),
            ringBytes: 0,
            delivery: DeliveryReport()
        )
        let page = LivePage(status, points: [], now: Self.now)
        try expectGolden(page.html, "monitoring/live-start.html")
        let json = try JSONParser.parse(page.json[...])
        #expect(json["fields"]?["verdict"] == .string("Trouble"))
        #expect(json["chart"]?["events"] == .array([]))
    }

    @Test func `every place of the document is filled, and live.js finds what it names`() throws {
        let page = LivePage(busy(), points: points, now: Self.now)
        let html = text(page.html)
        #expect(!html.contains("{{") && !html.contains("}}"))
        let json = try JSONParser.parse(page.json[...])
        for (attribute, part) in [("data-field=", "fields"), ("data-state-of=", "fields"), ("data-list=", "lists")] {
            for piece in html.split(separator: attribute + "\"").dropFirst() {
                let name = String(piece.prefix { $0 != "\"" })
                #expect(json[part]?[name] != nil, "\(attribute)\(name)")
            }
        }
        for piece in html.split(separator: "data-series=\"").dropFirst() {
            #expect(json["chart"]?[String(piece.prefix { $0 != "\"" })] != nil)
        }
    }

    @Test func `whatever comes from outside is shown as text`() throws {
        let evil = "<script>alert(1)</script>\"'&\u{7}\u{202e}"
        var status = busy()
        status.hostname = evil
        status.ami = AMIClient.Status(
            isOnline: true,
            greeting: evil,
            lastError: .loginRefused(user: evil, message: evil)
        )
        status.delivery.lastError = evil
        status.recordings?.uploads = [upload(evil, sent: 1, size: 2)]
        status.recordings?.uploads.append(
            .init(fileName: [0xff, 0x3c, 0x62, 0x3e], sent: 1, size: 2, since: Self.now)
        )
        status.spool.latestGaps = [gap(1, evil, from: -2, to: -1, events: 1)]
        status.troubles = [
            LogEntry(
                time: Self.now,
                level: .warning,
                component: evil,
                message: evil,
                fields: [.init("caller", evil)]
            )
        ]
        let page = LivePage(status, points: points, now: Self.now)
        let html = text(page.html)
        #expect(!html.contains("<script>") && !html.contains("alert(1)</") && !html.contains("<b>"))
        #expect(html.split(separator: "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;").count > 8)
        #expect(html.split(separator: "<script").count == 2, "only its own")
        let json = try JSONParser.parse(page.json[...])
        #expect(json["fields"]?["hostname"] == .string(evil))
        #expect(!status.encoded().dropLast().contains { $0 < 0x20 })
    }

    @Test func `numbers of callers are masked on the page and in the status`() {
        var status = busy()
        status.troubles[0].fields.append(.init("error", "caller 18005551234 is not known"))
        status.troubles[0].fields.append(.init(own: "record_id", "e6aeee8bd123456789a"))
        status.delivery.lastError = "HTTP 422: 18005551234"
        let page = LivePage(status, points: points, now: Self.now)
        for shown in [page.html, page.json, status.encoded()] {
            #expect(!text(shown).contains("18005551234") && text(shown).contains("*******1234"))
            #expect(text(shown).contains("e6aeee8bd123456789a"), "the key of a record is no number")
        }
    }

    @Test func `the decision is the worst of what needs attention`() throws {
        func decision(_ change: (inout StatusReport) -> Void) throws -> String? {
            var status = busy()
            status.delivery = DeliveryReport()
            status.spool.deadLetters = 0
            status.recordings = nil
            change(&status)
            let page = LivePage(status, points: [], now: Self.now)
            return try JSONParser.parse(page.json[...])["fields"]?["verdict"]?.string
        }
        #expect(try decision { _ in } == "Working")
        #expect(try decision { $0.spool.deadLetters = 1 } == "Needs attention")
        #expect(
            try decision {
                $0.delivery.reason = .transient
                $0.delivery.lastError = "HTTP 503"
            } == "Needs attention"
        )
        #expect(
            try decision {
                $0.delivery.reason = .transient
                $0.delivery.lastError = "HTTP 503"
                $0.delivery.lastSuccess = Self.now.adding(seconds: -59)
            } == "Working",
            "what passes in less than a minute needs nobody"
        )
        #expect(
            try decision {
                $0.delivery.reason = .configuration
                $0.delivery.lastError = "HTTP 401"
            } == "Trouble"
        )
        #expect(try decision { $0.spool.level = .cdrsOnly } == "Trouble")
        #expect(try decision { $0.spool.counts[.cdr]?.received += 1 } == "Trouble")
    }
}
