package import Basics

/// Findings, as lines for a person.
package struct CheckReport {
    package enum Mark { case passed, note, warning, failed }

    private let isInteractive: Bool
    private let redaction: Redaction
    private var lines: [String] = []
    package private(set) var hasFailures = false

    package init(isInteractive: Bool, redaction: Redaction) {
        self.isInteractive = isInteractive
        self.redaction = redaction
    }

    package mutating func add(_ mark: Mark, _ subject: String, _ finding: String) {
        if mark == .failed { hasFailures = true }
        let name = subject + String(repeating: " ", count: max(1, 15 - subject.count))
        lines.append("\(sign(mark)) \(name)\(redaction.shown(finding))\n")
    }

    package var text: String {
        lines.joined() + (hasFailures ? "\nNot ready: fix what is marked ✗.\n" : "\nReady to run.\n")
    }

    private func sign(_ mark: Mark) -> String {
        let (sign, colour) =
            switch mark {
            case .passed: ("✓", 32)
            case .note: ("ℹ", 36)
            case .warning: ("⚠", 33)
            case .failed: ("✗", 31)
            }
        return isInteractive ? "\u{1b}[\(colour)m\(sign)\u{1b}[0m" : sign
    }
}
