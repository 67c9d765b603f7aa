package import Basics

/// Findings as lines of text for a terminal.
package struct CheckReport {
    /// The severity of a finding; only `failed` counts as a failure.
    package enum Mark { case passed, note, warning, failed }

    private let hasColours: Bool
    private let redaction: Redaction
    private var lines: [String] = []
    /// Whether any finding is `failed`.
    package private(set) var hasFailures = false

    /// - Parameter hasColours: whether the signs are coloured.
    package init(hasColours: Bool, redaction: Redaction) {
        self.hasColours = hasColours
        self.redaction = redaction
    }

    /// Adds a line; secrets in `finding` are redacted.
    package mutating func add(_ mark: Mark, _ subject: String, _ finding: String) {
        if mark == .failed { hasFailures = true }
        let name = subject + String(repeating: " ", count: max(1, 15 - subject.count))
        lines.append("\(sign(mark)) \(name)\(redaction.shown(finding))\n")
    }

    /// All lines, and whether the program is ready to run.
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
        return hasColours ? "\u{1b}[\(colour)m\(sign)\u{1b}[0m" : sign
    }
}
