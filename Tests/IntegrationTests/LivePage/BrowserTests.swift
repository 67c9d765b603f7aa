import Basics
import HTTP
import Simulation
import TestSupport
import Testing

/// The live page in headless Chromium (`scripts/page-check`), between a simulated PBX and API.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: environmentVariable("PAGE_CHECK") == "1"))
struct BrowserTests {
    /// A site with a history: calls, a gap, refused records that name a caller `<script>`.
    private func busySite() async throws -> (SimulatedSite, Subprocess, url: String) {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 20)
        site.pbx.inject(.restart(away: .milliseconds(50)))
        try await process.line(containing: "cause=disconnected")
        let refusal = #"{"error":"caller <script>document.title='owned'</script> 18005551234 is not allowed"}"#
        site.api.setBehaviour(.first(12, .status(422, body: refusal)))
        try await site.pbx.play(calls: 2)
        try await process.line(containing: "is not allowed")
        let line = try await process.line(containing: "monitoring: monitoring url=")
        let url = try #require(line.split(separator: "url=").last).replacing("/metrics", with: "/")
        return (site, process, String(url))
    }

    private func text(_ field: String, _ browser: Browser) async throws -> String {
        try await browser.evaluate("document.querySelector('[data-field=\"\(field)\"]').textContent").string ?? ""
    }

    @Test func `the page is live, moves, breaks no policy, and shows what comes from outside as text`() async throws {
        let (site, process, url) = try await busySite()
        let browser = try await Browser(in: TemporaryDirectory())
        try await browser.call("Page.navigate", #"{"url":"\#(url)"}"#)
        try await eventually("it listens to the events") {
            try await browser.evaluate("document.body?.dataset.link") == .string("live")
        }
        #expect(try await text("asterisk", browser) == "Connected")
        let playing = Task { _ = try? await site.pbx.play(rate: 200) }
        let before = try await text("time", browser)
        try await eventually("rates and the chart change, without a reload") {
            let line = try await browser.evaluate("document.querySelector('polyline.received').points.length")
            let (received, time) = (try await text("received", browser), try await text("time", browser))
            return received != "0.0" && time != before && (line.integer ?? 0) > 5
        }
        // What came from outside is there, and did nothing.
        let shown = try await browser.evaluate("document.querySelector('.troubles').textContent").string ?? ""
        #expect(shown.contains("<script>document.title='owned'</script> *******1234 is not allowed"))
        #expect(try await browser.evaluate("document.scripts.length") == .integer(1))
        #expect(try await browser.evaluate("document.title.includes('owned')") == .boolean(false))
        try await writePictures(browser)
        #expect(browser.complaints == [])
        for width in [320, 390, 820, 1280] {
            _ = try await browser.screenshot(width: width, isDark: false)
            let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            #expect(try await browser.evaluate(overflow) == .integer(0), "nothing sticks out at \(width)")
        }
        playing.cancel()
        await playing.value
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        try await eventually("the page says that its values are old") {
            try await browser.evaluate("document.body.dataset.link") == .string("lost")
        }
        try await browser.close()
        await site.stop()
    }

    @Test func `without JavaScript it is the same page`() async throws {
        let (site, process, url) = try await busySite()
        let browser = try await Browser(in: TemporaryDirectory())
        try await browser.call("Emulation.setScriptExecutionDisabled", #"{"value":true}"#)
        try await browser.call("Page.navigate", #"{"url":"\#(url)"}"#)
        try await eventually("it is drawn") {
            try await browser.evaluate("document.querySelector('.troubles')?.children.length > 0") == .boolean(true)
        }
        #expect(try await browser.evaluate("document.body.dataset.link") == .string("static"))
        #expect(try await text("asterisk", browser) == "Connected")
        #expect(
            try await browser.evaluate("document.querySelector('[data-link-name]').textContent")
                == .string("Refreshes every 5 s")
        )
        #expect(browser.complaints == [])
        try await browser.close()
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }

    /// Writes screenshots to the directory that PAGE_PICTURES names, if it does.
    private func writePictures(_ browser: Browser) async throws {
        guard let directory = environmentVariable("PAGE_PICTURES"), !directory.isEmpty else { return }
        for (name, width, scale, isDark) in [
            ("light", 1280, 1, false), ("dark", 1280, 1, true), ("tablet", 820, 1, false), ("phone", 390, 2, true),
        ] {
            let picture = try await browser.screenshot(width: width, scale: scale, isDark: isDark)
            try FileContents.write(picture, to: "\(directory)/\(name).png")
        }
    }
}
