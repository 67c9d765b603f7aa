/// A complete answer, whatever its status.
package struct HTTPResponse: Sendable, Equatable {
    /// The most bytes of a body, unless its request allows more: 1 MiB; a longer answer is an error.
    package static let maximumBodySize = 1 << 20
    /// The most bytes of header lines, including those of interim answers and trailers: 64 KiB.
    package static let maximumHeadSize = 64 << 10

    package let status: Int
    /// The headers of the final answer, not of interim ones or of a proxy; names are in lower case.
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as text; invalid UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
