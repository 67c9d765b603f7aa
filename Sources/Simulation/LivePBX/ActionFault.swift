import Basics

/// What goes wrong the next time that a client asks for an action.
package struct ActionFault: Sendable, Equatable, CustomStringConvertible {
    package enum Outcome: Sendable, Equatable {
        /// The answer is an error.
        case refused
        /// The answer comes late; what is asked for happens at once.
        case late(Duration)
        /// The answer is a success, and nothing happens.
        case ignored
    }

    /// The action's name, in lower case.
    package let action: String
    package let outcome: Outcome

    package init(_ action: String, _ outcome: Outcome) {
        self.action = action.lowercased()
        self.outcome = outcome
    }

    static let forms = "refuse-action NAME, ignore-action NAME, late-action NAME MS"

    init?(_ words: [Substring]) {
        switch (words.first, words.count) {
        case ("refuse-action", 2): self.init(String(words[1]), .refused)
        case ("ignore-action", 2): self.init(String(words[1]), .ignored)
        case ("late-action", 3):
            guard let milliseconds = Array(words[2].utf8)[...].integer, (0...3_600_000).contains(milliseconds) else {
                return nil
            }
            self.init(String(words[1]), .late(.milliseconds(milliseconds)))
        default: return nil
        }
    }

    package var description: String {
        switch outcome {
        case .refused: "refuse-action \(action)"
        case .ignored: "ignore-action \(action)"
        case .late(let delay): "late-action \(action) \(PBXFault.milliseconds(delay))"
        }
    }
}
