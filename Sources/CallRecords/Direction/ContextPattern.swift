import Basics

/// One compiled pattern for context names, which ignores the case of ASCII letters.
struct ContextPattern: Sendable, Equatable {
    /// The text between the `*`, in lower case; a single part is the whole name.
    private let parts: [[UInt8]]

    /// Compiles a pattern as an administrator writes it: `*` matches any text, and a trailing `-` matches as a prefix.
    init(_ text: String) {
        let pattern = text.hasSuffix("-") ? text + "*" : text
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map { $0.map(ASCII.lowercased) }
    }

    /// The whole name in lower case when the pattern has no `*`.
    var exactName: [UInt8]? { parts.count == 1 ? parts.first : nil }

    /// Whether a name, already in lower case, matches.
    ///
    /// Searches the parts between two `*` from left to right, each after the one before. The first place is as good as
    /// any later one, so there is no backtracking.
    func matches(_ name: Bytes) -> Bool {
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return name.elementsEqual(exactName ?? [])
        }
        guard name.starts(with: first) else { return false }
        var rest = name.dropFirst(first.count)
        guard rest.suffix(last.count).elementsEqual(last) else { return false }
        rest = rest.dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let end = Self.end(of: part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// The index after the first occurrence of `part` in `name`.
    private static func end(of part: [UInt8], in name: Bytes) -> Int? {
        var start = name.startIndex
        while name.endIndex - start >= part.count {
            if name[start...].starts(with: part) { return start + part.count }
            start += 1
        }
        return nil
    }
}
