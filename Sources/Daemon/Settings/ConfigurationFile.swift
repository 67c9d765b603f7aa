import Basics

/// The content of the JSON file: sections with settings.
struct ConfigurationFile: Equatable {
    /// The values by path; `null` counts as not set.
    private(set) var values: [String: JSONValue] = [:]
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []

    /// Reads the whole file.
    ///
    /// - Parameters:
    ///   - path: the name of the file in messages.
    ///   - known: the paths of all settings, `section.key`.
    init(_ bytes: Bytes, path: String, known: [String]) {
        let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONParser.parse(content)
        } catch {
            let (line, column) = Self.position(of: error.offset, in: content)
            errors = [.notJSON(file: path, line: line, column: column, problem: error.problem)]
            return
        }
        guard let sections = root.members else {
            errors = [.notAnObject(path: "", file: path)]
            return
        }
        let names = Set(known.compactMap { $0.split(separator: ".").first.map { String($0) } }).sorted()
        for section in sections where section.name != "comment" {
            guard names.contains(section.name) else {
                let hint = Spelling.nearest(to: section.name, in: names)
                warnings.append(.unknownKey(path: Self.shown(section.name), file: path, hint: hint))
                continue
            }
            read(section, path: path, known: known)
        }
    }

    private mutating func read(_ section: JSONValue.Member, path: String, known: [String]) {
        guard let members = section.value.members else {
            errors.append(.notAnObject(path: section.name, file: path))
            return
        }
        for member in members where member.name != "comment" {
            let key = "\(section.name).\(member.name)"
            if known.contains(key) {
                values[key] = member.value == .null ? nil : member.value
            } else {
                let hint = Spelling.nearest(to: key, in: known)
                warnings.append(.unknownKey(path: Self.shown(key), file: path, hint: hint))
            }
        }
    }

    /// The value of a setting and its path; lists under several paths are joined.
    func value(at paths: [String]) -> (path: String, value: JSONValue)? {
        let found = paths.compactMap { path in values[path].map { (path: path, value: $0) } }
        guard let first = found.first, found.count > 1 else { return found.first }
        if let other = found.first(where: { $0.value.elements == nil }) { return other }
        return (first.path, .array(found.flatMap { $0.value.elements ?? [] }))
    }

    /// A key in a form for messages: on one line and shortened.
    private static func shown(_ key: String) -> String { SettingInput.text(key).shown }

    /// Line and column, counted from 1.
    private static func position(of offset: Int, in bytes: Bytes) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? before.startIndex
        return (before.count { $0 == ASCII.newline } + 1, before.endIndex - lineStart + 1)
    }
}
