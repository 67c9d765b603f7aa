import Basics
import Delivery
import Recordings
import TestSupport
import Testing

/// How decisions are shown.
struct ScanPrinterTests {
    private func known(_ json: String) throws -> ScanDecision.Outcome {
        .known(try #require(ScanDecision.KnownRecording(try JSONParser.parse(json))))
    }

    private func responseClasses() throws -> [ScanDecision] {
        let folder = "/var/spool/asterisk/monitor"
        func path(_ name: String) -> [UInt8] { Array("\(folder)/\(name)".utf8) }
        let call = path("2026/11/21/in-15145550199-201-20261121-013205-1795224725.12.wav")
        let parked = """
            {"id":17,"state":"parked","attempts":10,"reason":"HTTP 422: \\u001b[31mno such call"}
            """
        return [
            ScanDecision(path: call, .goes, size: 40044, duration: .milliseconds(2500)),
            ScanDecision(
                path: path("queues/sales/a\n\"b\".gsm") + [0xff],
                .stays(.tooShort),
                size: 99,
                duration: .zero
            ),
            ScanDecision(path: path("queue-support-1795224725.13.mp3"), try known(parked), size: 5 << 30),
            ScanDecision(
                path: path("c.wav"),
                try known(#"{"id":18,"state":"waiting","attempts":0,"reason":null}"#),
                size: 1
            ),
            ScanDecision(
                path: path("d.wav"),
                try known(#"{"id":19,"state":"waiting","attempts":2,"reason":"timed out"}"#),
                size: 1
            ),
            ScanDecision(
                path: path("e.wav"),
                try known(#"{"id":20,"state":"done","attempts":0,"reason":null}"#),
                size: 1
            ),
            ScanDecision(path: path("notes.txt"), .stays(.extension)),
            ScanDecision(path: path("link.wav"), .stays(.notRegular)),
            ScanDecision(path: path("f.wav"), .stays(.stillOpen), size: 5000),
        ]
    }

    private func printed(asJSON: Bool, listsAll: Bool, knowsSpool: Bool = true) throws -> [UInt8] {
        var printer = ScanPrinter(asJSON: asJSON, listsAll: listsAll)
        for responseClass in try responseClasses() { printer.add(responseClass) }
        printer.finish(knowsSpool: knowsSpool)
        return printer.take()
    }

    @Test func `people see why a file goes or stays, and the numbers of each kind`() throws {
        try expectGolden(try printed(asJSON: false, listsAll: false), "operator/scan.txt")
        let all = try printed(asJSON: false, listsAll: true)[...].text
        #expect(all.contains("stays    /var/spool/asterisk/monitor/notes.txt\n"))
        #expect(!all.contains("--all"))
    }

    @Test func `programs get one JSON text with a file a line`() throws {
        let bytes = try printed(asJSON: true, listsAll: false)
        try expectGolden(bytes, "operator/scan.json")
        let json = try JSONParser.parse(bytes[...])
        #expect(
            json["files"]?.elements?.compactMap(\.path)
                == (try responseClasses()).filter { $0.reason != .extension }.map(\.path)
        )
        #expect(json["summary"]?["stays"]?["extension"] == .integer(1))
        let all = try JSONParser.parse(try printed(asJSON: true, listsAll: true)[...])
        #expect(all["files"]?.elements?.count == 9)
    }

    @Test func `the JSON says when it is unknown what is uploaded`() throws {
        let json = try JSONParser.parse(try printed(asJSON: true, listsAll: true, knowsSpool: false)[...])
        for state in ["done", "waiting", "parked"] { #expect(json["summary"]?[state] == .null) }
    }

    @Test func `no file at all is valid too`() throws {
        var printer = ScanPrinter(asJSON: true, listsAll: false)
        printer.finish(knowsSpool: true)
        let json = try JSONParser.parse(printer.take()[...])
        #expect(json["files"] == .array([]) && json["summary"]?["files"] == .integer(0))
        var text = ScanPrinter(asJSON: false, listsAll: false)
        text.finish(knowsSpool: true)
        #expect(text.take() == Array("0 files.\n".utf8))
    }
}
