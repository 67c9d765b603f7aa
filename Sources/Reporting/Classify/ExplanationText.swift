import Basics
import CallRecords

/// Explains the classification of a call as text.
enum ExplanationText {
    static func text(
        line: Int,
        _ input: DirectionInput,
        _ priority: DirectionPriority,
        _ explanation: DirectionExplanation,
        _ reason: FilterReason?
    ) -> String {
        let decision = explanation.decision
        var rows = [
            "line \(line): \(decision.direction.rawValue), by \(name(decision.metadata.rule))"
                + " (\(decision.metadata.rule.rawValue))" + (decision.isLikelyForwarded ? ", likely forwarded" : ""),
            row("priority", priority.rawValue),
            row("src", "\(shown(input.source)): \(decision.metadata.sourceType.rawValue)"),
            row("dst", "\(shown(input.destination)): \(decision.metadata.destinationType.rawValue)"),
            row("context", "\(shown(input.context)): \(names(explanation.context))"),
            row("dcontext", "\(shown(input.destinationContext)): \(names(explanation.destinationContext))"),
            row("channel", shown(input.channel)),
            row("lastapp", "\(shown(input.lastApplication)), with \(shown(input.lastData))"),
        ]
        for step in explanation.steps {
            let outcome = step.direction?.rawValue ?? (step.rule == .origin ? "-" : "no")
            rows.append(
                "  \(padded(name(step.rule), 8))\(padded(step.rule.rawValue, 19))\(padded(outcome, 10))\(step.reason)"
            )
        }
        rows.append(row("filter", reason.map { "left out by \($0.rawValue)" } ?? "none leaves it out"))
        return rows.map { $0 + "\n" }.joined() + "\n"
    }

    private static func name(_ rule: DirectionRule) -> String { rule.number.map { "rule \($0)" } ?? "origin" }

    private static func row(_ name: String, _ text: String) -> String { "  \(padded(name, 10))\(text)" }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// A value in quotes; control characters, which could change the terminal, are replaced.
    private static func shown(_ value: Bytes) -> String {
        guard !value.isEmpty else { return "(empty)" }
        let scalars = value.text.unicodeScalars.map { scalar in
            let isControl = scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
            return isControl ? Character("?") : Character(scalar)
        }
        return "'\(String(scalars))'"
    }

    private static func names(_ classes: ContextClasses) -> String {
        let names = ContextPatterns.lists.map(\.name)
        let found = names.enumerated().filter { classes.contains(ContextClasses(rawValue: 1 << $0.offset)) }
        return found.isEmpty ? "no class" : found.map(\.element).joined(separator: ", ")
    }
}
