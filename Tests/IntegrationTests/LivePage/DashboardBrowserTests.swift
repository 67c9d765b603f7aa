import Basics
import CallerID
import HTTP
import TestSupport
import Testing

/// The dashboard of caller IDs in headless Chromium (`scripts/page-check`).
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: environmentVariable("PAGE_CHECK") == "1"))
struct DashboardBrowserTests {
    private static let token = "a-token-for-this-check"

    private func start(_ directory: TemporaryDirectory, _ settings: [String: String] = [:]) async throws
        -> (Subprocess, String)
    {
        let environment = [
            "CALLERID_DIR": directory.file("callerid"), "API_PORT": "0", "AGI_PORT": "0", "ADMIN_TOKEN": Self.token,
        ].merging(settings) { $1 }
        let process = try Subprocess.connector(["callerid", "run"], environment: environment)
        let line = try await process.line(containing: "caller IDs over HTTP")
        return (process, try #require(line.split(separator: "url=").last.map { String($0) }))
    }

    private func logIn(_ browser: Browser, _ url: String) async throws {
        try await browser.call("Page.navigate", #"{"url":"\#(url)/dashboard"}"#)
        try await eventually("there is a form") {
            try await browser.evaluate("document.querySelector('#token') !== null") == .boolean(true)
        }
        try await browser.picture("dashboard-login", width: 1000, isDark: false)
        _ = try await browser.evaluate("document.querySelector('#token').value = '\(Self.token)'")
        _ = try await browser.evaluate("document.querySelector('form').requestSubmit()")
        try await eventually("the script has read the page's content") {
            try await browser.evaluate("document.body?.dataset.link") == .string("live")
        }
    }

    @Test func `the dashboard is live, breaks no policy, and shows what comes from outside as text`() async throws {
        let directory = TemporaryDirectory()
        let (process, url) = try await start(directory, ["LOW_WATER_PERCENT": "60"])
        let client = try HTTPClient()
        var file = String(decoding: SampleCSV.bytes(count: 20_000), as: UTF8.self)
        file += (0..<40).map { "999555\(1000 + $0),,999,,,<script>document.title='owned'</script>\n" }.joined()
        // The sample has these five columns; the pool makes a sixth.
        let rows = file.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let lines = rows.enumerated().map { index, row in
            row.joined(separator: ",") + (row.count == 5 ? (index == 0 ? ",pool" : ",") : "")
        }
        var request = HTTPRequest(.post, "\(url)/api/import", timeout: .seconds(60))
        request.headers.append("X-Admin-Token", Self.token)
        request.body = .bytes(Array(lines.joined(separator: "\n").utf8))
        #expect(try await client.send(request).status == 200)
        var last = ""
        for index in 0..<150 {
            let pool = index % 5 == 0 ? "%3Cscript%3Edocument.title='owned'%3C/script%3E" : "campaign%20\(index % 7)"
            let agent = index % 9 == 0 ? "a%20very%20long%20name%20of%20an%20agent%20\(index)" : "agent\(index % 12)"
            let query = "to=9995550000&campaign=\(pool)&agent=\(agent)"
            let response = try await client.send(HTTPRequest(.get, "\(url)/next-cid?\(query)", timeout: .seconds(10)))
            last = (try? JSONParser.parse(response.body[...]))?["caller_id"]?.string ?? last
        }
        let browser = try await Browser(in: TemporaryDirectory())
        try await logIn(browser, url)
        #expect(try await browser.text("[data-field=requests]") == "150")
        #expect(try await browser.text("[data-list=areas]").contains("pool <script>document.title='owned'</script>"))
        let requests = "document.querySelector('[data-list=requests]').children.length"
        #expect(try await browser.evaluate(requests) == .integer(100))
        #expect(try await browser.evaluate("document.scripts.length") == .integer(1))
        #expect(try await browser.evaluate("document.title.includes('owned')") == .boolean(false))
        try await browser.call("Page.navigate", #"{"url":"\#(url)/dashboard?caller_id=\#(last)"}"#)
        try await eventually("the history of a number is there") {
            try await browser.evaluate("document.querySelector('[data-list=history]')?.children.length > 0")
                == .boolean(true)
        }
        try await eventually("and stays when the script reads it") {
            try await browser.evaluate("document.body.dataset.link") == .string("live")
        }
        #expect(try await browser.text("[data-list=history]").contains(last))
        for (name, width, scale, isDark) in [
            ("light", 1280, 1, false), ("dark", 1280, 1, true), ("phone", 360, 2, false), ("phone-dark", 360, 2, true),
        ] {
            try await browser.picture("dashboard-\(name)", width: width, scale: scale, isDark: isDark)
        }
        try await browser.expectNothingSticksOut()
        // The form of the login is answered with 403, which the console reports.
        #expect(browser.complaints.allSatisfy { $0.contains("403") }, "\(browser.complaints)")
        try await browser.close()
        await client.close()
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
    }

    @Test func `without numbers the dashboard says what to do`() async throws {
        let (process, url) = try await start(TemporaryDirectory())
        let browser = try await Browser(in: TemporaryDirectory())
        try await logIn(browser, url)
        #expect(try await browser.text(".attention").contains("No number is in use"))
        try await browser.picture("dashboard-empty", width: 1280, isDark: false)
        try await browser.expectNothingSticksOut()
        try await browser.close()
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
    }
}
