import Basics
import Testing

@testable import Daemon

struct TerminalTests {
    @Test(arguments: [
        ([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false), (["NO_COLOR": "0"], false),
    ])
    func `a terminal has colours unless NO_COLOR is set and not empty`(_ variables: [String: String], _ has: Bool) {
        #expect(Terminal.hasColours(isInteractive: true, environment: variables) == has)
    }

    @Test func `a file or a pipe has no colours`() {
        #expect(!Terminal.hasColours(isInteractive: false, environment: [:]))
    }

    @Test(arguments: [(true, "\u{1b}[32m✓\u{1b}[0m"), (false, "✓")])
    func `the sign of a finding is coloured on request`(_ hasColours: Bool, _ sign: String) {
        var report = CheckReport(hasColours: hasColours, redaction: Redaction([]))
        report.add(.passed, "API", "answers")
        #expect(report.text.hasPrefix("\(sign) API            answers\n"))
    }
}
