import Basics

/// One pattern for names of contexts, compiled; the case of letters (ASCII) does not count.
struct ContextPattern: Sendable, Equatable {
    /// What stands between the `*`, in small letters; a single part is the whole name.
    private let parts: [[UInt8]]

    /// A pattern as an administrator writes it: `*` stands for anything, and a `-` at the end for all that begin so.
    init(_ text: String) {
        let pattern = text.hasSuffix("-") ? text + "*" : text
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map { $0.map(ASCII.lowercased) }
    }

    /// The name in small letters when there is no `*` in the pattern.
    var exactName: [UInt8]? { parts.count == 1 ? parts.first : nil }

    /// Whether a name, in small letters already, fits.
    ///
    /// The parts between two `*` are looked for from left to right, each behind the one before: the first place is as
    /// good as any later one, so nothing is tried twice.
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

    /// The index behind the first place of `part` in `name`.
    private static func end(of part: [UInt8], in name: Bytes) -> Int? {
        var start = name.startIndex
        while name.endIndex - start >= part.count {
            if name[start...].starts(with: part) { return start + part.count }
            start += 1
        }
        return nil
    }
}
