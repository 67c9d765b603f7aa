/// An answer that permanently refuses the records of a request.
package struct Refusal: Sendable, Equatable {
    package let status: Int
    /// The first part of the body.
    package let reason: String

    /// The most bytes kept with a dead letter.
    private static let longest = 1000

    package init(status: Int, body: [UInt8]) {
        self.status = status
        reason = body.isEmpty ? "no reason given" : String(decoding: body.prefix(Self.longest), as: UTF8.self)
    }

    /// The part shown in a log line.
    package var excerpt: String { Excerpt.of(reason) }
}
