import Basics
import TestSupport
import Testing

/// The page of live calls in headless Chromium (`scripts/page-check`), beside a simulated PBX.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: environmentVariable("PAGE_CHECK") == "1"))
struct CallsPageBrowserTests {
    private static let reason = #"<img src="x" onerror="document.title='owned'">"#
    private let directory = TemporaryDirectory()

    /// A PBX with traffic, in which somebody has paused 1003 for a reason that is markup.
    private func startPBX() async throws -> (Subprocess, port: UInt16) {
        let options = ["--live", "--port", "0", "--agents", "8", "--queues", "2", "--calls-per-minute", "60"]
        let pbx = try Subprocess.connector(["simulate", "pbx"] + options, environment: [:])
        let listening = try await pbx.line(containing: "simulated PBX")
        let port = try #require(listening.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) })
        let manager = try await RawClient.connect(
            port: port,
            sending: "Action: Login\r\nUsername: connector\r\nSecret: simulated\r\nEvents: off\r\n\r\n"
                + "Action: QueuePause\r\nInterface: PJSIP/1003\r\nPaused: true\r\nReason: \(Self.reason)\r\n\r\n"
        )
        _ = try await manager.read(until: "paused successfully")
        return (pbx, port)
    }

    private func startService(amiPort: UInt16) async throws -> (Subprocess, url: String) {
        // Of the password `U*U`.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        try FileContents.write(Array("root:\(hash):superuser\n".utf8), to: directory.file("users"))
        let environment = [
            "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1",
            "AMI_PORT": "\(amiPort)", "AMI_USERNAME": "connector", "AMI_PASSWORD": "simulated",
            "JWT_SECRET": "a-key-of-tokens-that-has-thirty-two-bytes", "JWT_ACCESS_TTL": "10",
        ]
        let added = try Subprocess.connector(
            ["calls", "user", "import", directory.file("users")],
            environment: environment
        )
        #expect(try await added.exitStatus() == .exited(0))
        let service = try Subprocess.connector(["calls", "run"], environment: environment)
        let started = try await service.line(containing: "calls over HTTP")
        let url = try #require(started.firstMatch(of: /url=(\S+)/)?.1)
        _ = try await service.line(containing: "live state in step")
        return (service, String(url))
    }

    private func logIn(_ browser: Browser, _ url: String, password: String) async throws {
        try await browser.call("Page.navigate", #"{"url":"\#(url)/"}"#)
        try await eventually("there is a form") {
            try await browser.evaluate("document.body?.dataset.view") == .string("login")
        }
        _ = try await browser.evaluate("document.querySelector('#username').value = 'root'")
        _ = try await browser.evaluate("document.querySelector('#password').value = '\(password)'")
        _ = try await browser.evaluate("document.querySelector('#login-form').requestSubmit()")
    }

    private func click(_ selector: String, _ browser: Browser) async throws {
        _ = try await browser.evaluate("document.querySelector('\(selector)').click()")
    }

    /// Reads a stream with all kinds of line ends, cut at each place, and gives what is not as it should be.
    private static let parserCheck = #"""
        (async () => {
          const { EventParser } = await import("/page/stream.js");
          const text = ": hello\r\n\r\nid: 7\r\nevent: call:ended\r\ndata: {\r\ndata:  ü}\r\n\r\nevent\rid:8\rdata:x\r\r" +
            "data: y\n\ndata: not complete\n";
          const right = [["call:ended", "7", "{\n ü}"], ["message", "8", "x"], ["message", "", "y"]];
          for (let place = 0; place <= text.length; place += 1) {
            const [parser, events] = [new EventParser(), []];
            for (const piece of [text.slice(0, place), text.slice(place)]) {
              parser.push(piece, ({ type, id, data }) => events.push([type, id, data]));
            }
            if (JSON.stringify(events) !== JSON.stringify(right)) return `${place}: ${JSON.stringify(events)}`;
          }
          return "";
        })()
        """#

    @Test func `the page is live, keeps its login, says what fails, and shows what comes from outside as text`()
        async throws
    {
        let (pbx, amiPort) = try await startPBX()
        let (service, url) = try await startService(amiPort: amiPort)
        let browser = try await Browser(in: TemporaryDirectory())
        try await logIn(browser, url, password: "wrong")
        try await eventually("the reason") {
            try await browser.text("#login-message") == "Wrong username or password"
        }
        #expect(try await browser.evaluate(Self.parserCheck) == .string(""))
        try await browser.picture("calls-login", width: 1000, isDark: false)
        try await logIn(browser, url, password: "U*U")
        try await eventually("the page is live") { try await browser.text("#verdict") == "Live" }
        try await eventually("calls, and agents who talk") {
            let rows = try await browser.evaluate("document.querySelectorAll('#call-rows tr').length").integer ?? 0
            let (active, busy) = (try await browser.text("#tile-active"), try await browser.text("#tile-busy"))
            return rows > 3 && Int(active) == rows && busy != "0"
        }
        let token = "JSON.parse(sessionStorage.getItem('asterisk-connector-calls')).jwt"
        let first = try await browser.evaluate(token)

        // What came from outside is there, and did nothing.
        #expect(try await browser.text("#agent-rows").contains(Self.reason))
        #expect(try await browser.evaluate("document.querySelectorAll('main img').length") == .integer(0))
        #expect(try await browser.evaluate("document.title.includes('owned')") == .boolean(false))

        for (name, width, scale, isDark) in [
            ("light", 1280, 1, false), ("dark", 1280, 1, true), ("phone", 360, 2, false), ("tablet", 820, 1, false),
        ] { try await browser.picture("calls-\(name)", width: width, scale: scale, isDark: isDark) }
        try await browser.expectNothingSticksOut()

        // There is no such extension, so that the service refuses; the dialog stays with the reason.
        let transfer = "#call-rows button[aria-label^=Transfer]:not([hidden])"
        try await eventually("a call that can be transferred") {
            try await browser.evaluate("document.querySelector('\(transfer)') !== null") == .boolean(true)
        }
        try await click(transfer, browser)
        _ = try await browser.evaluate("document.querySelector('#transfer-target').value = '7777'")
        try await click("#transfer-dialog button.main", browser)
        try await eventually("the reason") { try await !browser.text("#transfer-dialog .message").isEmpty }
        #expect(try await browser.evaluate("document.querySelector('#transfer-dialog').open") == .boolean(true))
        try await click("#transfer-dialog .cancel", browser)

        // As if 20 s had passed in which the service said nothing.
        service.freeze()
        let later = "const now = performance.now.bind(performance); performance.now = () => now() + 20000; 0"
        _ = try await browser.evaluate(later)
        try await eventually("that nothing was heard") { try await browser.text("#verdict") == "Stale" }
        service.proceed()
        try await eventually("the page is live again") { try await browser.text("#verdict") == "Live" }

        try await eventually("another token") { try await browser.evaluate(token) != first }
        #expect(try await browser.text("#verdict") == "Live")
        // What the service refuses or does not have is in the console; nothing else is.
        #expect(browser.complaints.allSatisfy { $0.contains("status of 4") }, "\(browser.complaints)")

        pbx.terminate()
        #expect(try await pbx.exitStatus() == .exited(0))
        try await eventually("the loss of Asterisk") { try await browser.text("#verdict") == "Asterisk is away" }
        service.terminate()
        #expect(try await service.exitStatus() == .exited(0))
        try await eventually("the loss of the service") { try await browser.text("#verdict") == "No connection" }
        try await click("#logout", browser)
        #expect(try await browser.evaluate("sessionStorage.length") == .integer(0))
        #expect(try await browser.text("#call-rows").isEmpty)
        try await browser.close()
    }
}
