import Basics

/// The HTML of a mail with places for values.
///
///     <h1>{{TITLE}}</h1> {{#if TRANSCRIPTION}}<p>{{TRANSCRIPTION}}</p>{{/if}}
///
/// `{{NAME}}` is replaced by a value, and `{{#if NAME}} … {{/if}}` stays when the value is not empty. Guarantees:
///
/// - A value is escaped for HTML, and control characters are removed; it is never read as a template.
/// - A name that does not exist is empty, and listed in `warnings`.
/// - Text outside of places stays byte for byte.
package struct Template: Sendable {
    /// The largest template, in bytes of UTF-8.
    package static let largest = 256 << 10

    /// The template of scripts/voicemail/email.template.default.
    package static let builtIn = String(decoding: PackageResources.email_template_default, as: UTF8.self)

    /// The names that a template may use.
    package static let names = [
        "TITLE", "VM_NAME", "VM_DATE", "VM_CALLERID", "VM_CIDNAME", "VM_CIDNUM", "VM_MAILBOX", "VM_CONTEXT",
        "VM_MSGNUM", "VM_DURATION", "VM_ALERT", "VM_ALERT_CLASS", "TRANSCRIPTION", "FOOTER", "HOSTNAME",
    ]

    /// What an administrator should look at: a sentence for each name that does not exist, and for `{{` without `}}`.
    package let warnings: [String]
    private let pieces: [Piece]

    private enum Piece {
        case text(String)
        case value(String)
        /// What follows stays when the value is not empty, up to `.end`.
        case condition(String)
        case end
    }

    /// - Throws: `TemplateError` when it is too large, or when its conditions are nested or not closed.
    package init(_ text: String) throws(TemplateError) {
        guard text.utf8.count <= Self.largest else { throw .tooLarge(limit: Self.largest) }
        var pieces: [Piece] = []
        var warnings: [String] = []
        var openLine: Int?
        var line = 1
        var rest = text[...]
        func check(_ name: String, at line: Int) {
            guard !Self.names.contains(name) else { return }
            warnings.append(
                "line \(line): unknown name \(TerminalText.oneLine(String(name.prefix(40)))), it stays empty"
            )
        }
        while let open = rest.firstRange(of: "{{") {
            line += Self.lines(in: rest[..<open.lowerBound])
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                warnings.append("line \(line): {{ without }}")
                break
            }
            pieces.append(.text(String(rest[..<open.lowerBound])))
            let tag = rest[open.upperBound..<close.lowerBound]
            let words = tag.split { $0.isWhitespace }
            if tag.hasPrefix("#if"), words.count == 2, words[0] == "#if" {
                guard openLine == nil else { throw .nested(line: line) }
                openLine = line
                check(String(words[1]), at: line)
                pieces.append(.condition(String(words[1])))
            } else if words == ["/if"] {
                guard openLine != nil else { throw .unopened(line: line) }
                openLine = nil
                pieces.append(.end)
            } else {
                let name = words.joined(separator: " ")
                check(name, at: line)
                if Self.names.contains(name) { pieces.append(.value(name)) }
            }
            line += Self.lines(in: tag)
            rest = rest[close.upperBound...]
        }
        if let openLine { throw .unclosed(line: openLine) }
        pieces.append(.text(String(rest)))
        self.pieces = pieces
        self.warnings = warnings
    }

    /// The HTML with `values` by their names; one that is missing is empty.
    package func render(_ values: [String: String]) -> String {
        var html = ""
        var isLeftOut = false
        for piece in pieces {
            switch piece {
            case .condition(let name): isLeftOut = values[name, default: ""].isEmpty
            case .end: isLeftOut = false
            case .text(let text) where !isLeftOut: html += text
            case .value(let name) where !isLeftOut:
                let value = values[name, default: ""]
                html += name == "TRANSCRIPTION" ? HTMLText.escapedLines(value) : HTMLText.escaped(value)
            default: break
            }
        }
        return html
    }

    private static func lines(in text: Substring) -> Int { text.count { $0.isNewline } }
}
