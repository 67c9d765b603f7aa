/// The beginning of an answer from the API, short enough for a log line.
enum Excerpt {
    private static let longest = 200

    /// The first 200 characters; a number at the cut is removed, because it could no longer be recognised as one.
    static func of(_ text: String) -> String {
        guard text.count > longest else { return text }
        var excerpt = text.prefix(longest)
        while let last = excerpt.last, last.isNumber || " -.()+".contains(last) { excerpt.removeLast() }
        return excerpt + "…"
    }

    static func of(_ body: [UInt8]) -> String { of(String(decoding: body.prefix(4 * longest + 4), as: UTF8.self)) }
}
