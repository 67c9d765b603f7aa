import Basics
import TestSupport

/// A rule of monitoring/alerts.yml.
struct PrometheusRule {
    /// What it records or alerts as.
    let name: String
    let isAlert: Bool
    let expression: String
    let severity: String
    let runbook: String
    /// All of its lines.
    let text: String

    /// The rules of a file that is laid out as this one: one key a line, and texts as they are or folded by `>-`.
    static func read(_ path: String) throws -> [PrometheusRule] {
        let lines = String(decoding: try FileContents.read(path), as: UTF8.self).split(separator: "\n")
        let starts = lines.indices.filter { lines[$0].hasPrefix("      - ") }
        return zip(starts, starts.dropFirst() + [lines.endIndex]).map { PrometheusRule(lines[$0..<$1]) }
    }

    private init(_ lines: ArraySlice<Substring>) {
        let head = lines[lines.startIndex]
        isAlert = head.hasPrefix("      - alert: ")
        name = String(head.drop { $0 != ":" }.dropFirst(2))
        expression = Self.value(of: "expr", in: lines)
        severity = Self.value(of: "severity", in: lines)
        runbook = Self.value(of: "runbook_url", in: lines)
        text = lines.joined(separator: "\n")
    }

    /// The labels in its templates.
    var templateLabels: [String] {
        text.split(separator: "$labels.").dropFirst().map { part in String(part.prefix { $0.isLetter || $0 == "_" }) }
    }

    func value(of key: String) -> String {
        Self.value(of: key, in: text.split(separator: "\n")[...])
    }

    private static func indentation(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

    private static func value(of key: String, in lines: ArraySlice<Substring>) -> String {
        guard let index = lines.firstIndex(where: { $0.drop { $0 == " " }.hasPrefix(key + ":") }) else { return "" }
        let value = lines[index].drop { $0 == " " }.dropFirst(key.count + 1).drop { $0 == " " }
        guard value == ">-" else { return String(value) }
        return lines[(index + 1)...].prefix { indentation($0) > indentation(lines[index]) }
            .map { String($0.drop { $0 == " " }) }.joined(separator: " ")
    }
}
