/// A complete answer, whatever its status.
package struct HTTPResponse: Sendable, Equatable {
    /// The most bytes of a body, unless its request allows more: 1 MiB; a longer answer is an error.
    package static let maximumBodySize = 1 << 20
    /// The most bytes of header lines, with those of interim answers and the ones behind a body: 64 KiB.
    package static let maximumHeadSize = 64 << 10

    package let status: Int
    /// Names in lower case; of the final answer only, not of an interim one or of a proxy's.
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as text; what is not UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
