import Basics
import TestSupport
import Testing

@testable import CallControl

struct CallsDialplanTests {
    @Test func `the parts have the contexts and the port of the settings`() throws {
        try expectGolden(Array(CallsDialplan(CallsConfiguration()).text.utf8), "calls/dialplan.conf")
        var configuration = CallsConfiguration()
        (configuration.host, configuration.port) = ("2001:db8::1", 8443)
        (configuration.tlsCertificateFile, configuration.tlsKeyFile) = ("/cert", "/key")
        configuration.publicHosts = ["pbx.example.com"]
        configuration.holdContext = "my-hold"
        let text = CallsDialplan(configuration).text
        #expect(text.contains("\n[my-hold]\n"))
        #expect(text.contains("CURL(https://pbx.example.com:8443/api/dialplan/agent-paused/"))
        #expect(text.contains("Authorization: Bearer ${CALLS_DIALPLAN_TOKEN}"))
    }

    @Test func `a port that is not known is said in place of the question`() {
        var configuration = CallsConfiguration()
        configuration.port = 0
        let dialplan = CallsDialplan(configuration)
        #expect(dialplan.question == nil && dialplan.text.contains("\n; CALLS_PORT is 0"))
    }

    @Test func `the document shows what the command prints`() throws {
        let document = try FileContents.read("\(Fixture.testsDirectory)/../docs/calls.md", limit: 1 << 20)[...].text
        let dialplan = CallsDialplan(CallsConfiguration())
        let question = try #require(dialplan.question)
        for part in [dialplan.transfers, question, dialplan.database] {
            #expect(document.contains("```ini\n\(part)```\n"), "\(part)")
        }
    }
}
