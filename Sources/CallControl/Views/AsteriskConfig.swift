import Basics
import Daemon

/// A configuration file of Asterisk (main/config.c), or odbc.ini: sections with values, as text.
///
/// It is read, never run: `#exec` is reported and left out. A file has a bound by its reader; what templates copy has one
/// here.
struct AsteriskConfig: Sendable, Equatable {
    enum Syntax: Sendable {
        /// Comments begin with `;`, `#` begins a directive, and sections can be templates.
        case asterisk
        /// Comments begin with `;` or `#` at the beginning of a line.
        case odbc
    }

    struct Section: Sendable, Equatable {
        let name: String
        /// The sections that it begins with the values of.
        let templates: [String]
        let isTemplate: Bool
        var values: [Value] = []

        /// The last value of any of these keys, compared without case.
        func last(_ keys: String...) -> String? {
            values.last { value in keys.contains { $0 == value.key } }?.text
        }
    }

    struct Value: Sendable, Equatable {
        /// In lower case.
        let key: String
        var text: String
    }

    /// A file that another one includes.
    struct Inclusion: Equatable {
        let name: String
        /// Whether it may be missing.
        let isOptional: Bool
    }

    /// The most values of all sections; templates could make more of a small file than fits into memory.
    static let limit = 20_000

    private(set) var sections: [Section] = []
    /// What was not read, and why.
    private(set) var problems: [String] = []
    private let syntax: Syntax
    private var count = 0
    /// The index of the last section of each name.
    private var latest: [String: Int] = [:]
    /// The index of the section that values go to.
    private var current: Int?
    /// Within `;-- … --;`.
    private var isComment = false

    init(_ syntax: Syntax) { self.syntax = syntax }

    mutating func note(_ problem: String) { if problems.count < 20 { problems.append(problem) } }

    /// Reads the lines of a file; `include` is called at the place of an inclusion, to take the lines of that file.
    mutating func take(_ bytes: [UInt8], include: (inout AsteriskConfig, Inclusion) -> Void = { _, _ in }) {
        for line in bytes.split(separator: ASCII.newline) {
            let text = String(decoding: syntax == .asterisk ? withoutComment(line) : line[...], as: UTF8.self)
                .trimmingBlanks
            guard let first = text.first else { continue }
            switch (first, syntax) {
            case ("[", _): begin(text)
            case ("#", .asterisk): direct(text, include)
            case ("#", .odbc), (";", _): continue
            default: add(text)
            }
        }
    }

    /// The line up to a `;` that no backslash is before, and without `;-- … --;`.
    private mutating func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var kept: [UInt8] = []
        var index = line.startIndex
        while index < line.endIndex {
            let rest = line[index...]
            if isComment {
                guard rest.starts(with: "--;".utf8) else {
                    index += 1
                    continue
                }
                isComment = false
                index += 3
            } else if rest.starts(with: "\\;".utf8) {
                kept.append(UInt8(ascii: ";"))
                index += 2
            } else if rest.starts(with: ";--".utf8), !rest.dropFirst(3).starts(with: "-".utf8) {
                isComment = true
                index += 3
            } else if rest.first == UInt8(ascii: ";") {
                break
            } else {
                kept.append(line[index])
                index += 1
            }
        }
        return kept[...]
    }

    /// `[name]`, `[name](!)`, `[name](template,other)`, `[name](+)`.
    private mutating func begin(_ text: String) {
        guard let end = text.firstIndex(of: "]") else { return note("a section has no ]") }
        let name = String(text[text.index(after: text.startIndex)..<end])
        var options: [String] = []
        let rest = text[text.index(after: end)...]
        if syntax == .asterisk, let open = rest.firstIndex(of: "("), let close = rest.lastIndex(of: ")"), open < close {
            options = rest[rest.index(after: open)..<close].split(separator: ",").map { String($0).trimmingBlanks }
        }
        current = nil
        if options.contains("+"), let index = latest[name] {
            current = index
            return
        }
        let templates = options.filter { $0 != "!" && $0 != "+" }
        var section = Section(name: name, templates: templates, isTemplate: options.contains("!"))
        for template in templates {
            guard let source = latest[template].map({ sections[$0] }) else {
                note("the section [\(name)] is based on [\(template)], which is not there")
                continue
            }
            guard reserve(source.values.count) else { return }
            section.values += source.values
        }
        guard reserve(1) else { return }
        (latest[name], current) = (sections.count, sections.count)
        sections.append(section)
    }

    /// Counts sections and values; false when there are too many.
    private mutating func reserve(_ more: Int) -> Bool {
        guard count + more <= Self.limit else {
            if problems.last != Self.tooMany { note(Self.tooMany) }
            return false
        }
        count += more
        return true
    }

    private static let tooMany = "more than \(limit) values"

    /// `key = value`, `key => value`, `key += value`.
    private mutating func add(_ text: String) {
        guard let equals = text.firstIndex(of: "="), let current, reserve(1) else { return }
        var key = String(text[..<equals]).trimmingBlanks
        let isMore = syntax == .asterisk && key.last == "+"
        if isMore { key.removeLast() }
        var value = text[text.index(after: equals)...]
        if syntax == .asterisk, value.first == ">" { value.removeFirst() }
        let name = key.trimmingBlanks.lowercased()
        let given = Self.isSecret(name) ? "***" : String(value).trimmingBlanks
        if isMore, let index = sections[current].values.lastIndex(where: { $0.key == name }) {
            let whole = sections[current].values[index].text
            // A chain of these would make a text as long as the file, again for each.
            guard whole.utf8.count + given.utf8.count <= 65_536 else { return note("a value is over 64 KiB") }
            if !Self.isSecret(name) { sections[current].values[index].text = whole + given }
        } else {
            sections[current].values.append(Value(key: name, text: given))
        }
    }

    /// Whether values of this key are kept out of everything.
    static func isSecret(_ key: String) -> Bool {
        ["pass", "pwd", "secret", "key"].contains { key.contains($0) }
    }

    private mutating func direct(_ text: String, _ include: (inout AsteriskConfig, Inclusion) -> Void) {
        let parts = text.dropFirst().split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
        let word = parts.first?.lowercased()
        switch word {
        case "include", "tryinclude":
            let name = String(parts.dropFirst().first ?? "").trimmingBlanks
            include(&self, Inclusion(name: Self.unquoted(name), isOptional: word == "tryinclude"))
        case "exec": note("#exec is not run")
        default: note("a line with # is no directive")
        }
    }

    private static func unquoted(_ text: String) -> String {
        for (open, close) in [("\"", "\""), ("<", ">"), ("'", "'")] as [(Character, Character)] {
            if text.count >= 2, text.first == open, text.last == close { return String(text.dropFirst().dropLast()) }
        }
        return text
    }
}
