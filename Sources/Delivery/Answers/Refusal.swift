/// An answer that refuses the records of a request for good.
package struct Refusal: Sendable, Equatable {
    package let status: Int
    /// What the API said, its first part.
    package let reason: String

    /// As much as is kept with a dead letter.
    private static let longest = 1000

    package init(status: Int, body: [UInt8]) {
        self.status = status
        reason = body.isEmpty ? "no reason given" : String(decoding: body.prefix(Self.longest), as: UTF8.self)
    }

    /// As much as a line of the log shows.
    package var excerpt: String { Excerpt.of(reason) }
}
