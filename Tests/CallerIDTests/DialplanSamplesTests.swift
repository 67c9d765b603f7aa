import Basics
import TestSupport
import Testing

@testable import CallerID

struct DialplanSamplesTests {
    @Test func `the samples have the ports of the settings`() throws {
        try expectGolden(Array(DialplanSamples(CallerIDConfiguration()).text.utf8), "callerid/dialplan.conf")
        var configuration = CallerIDConfiguration()
        (configuration.agiHost, configuration.agiPort) = ("::", 14573)
        (configuration.host, configuration.port) = ("2001:db8::1", 18000)
        configuration.requiresToken = true
        try expectGolden(Array(DialplanSamples(configuration).text.utf8), "callerid/dialplan-ports.conf")
    }

    @Test func `a port that is off or not known is said in place of a sample`() {
        var configuration = CallerIDConfiguration()
        (configuration.agiPort, configuration.port) = (0, 0)
        let samples = DialplanSamples(configuration)
        #expect(samples.rotation == nil && samples.rotationByHTTP == nil && samples.trunk == nil)
        let lines = samples.text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("; ") } && lines.count == 7)
    }

    @Test func `the document shows the sample that the command prints`() throws {
        let document = try FileContents.read("\(Fixture.testsDirectory)/../docs/callerid.md", limit: 1 << 20)[...].text
        let sample = try #require(DialplanSamples(CallerIDConfiguration()).rotation)
        #expect(document.contains("```\n\(sample)```\n"))
    }
}
