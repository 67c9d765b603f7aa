/// A request to send.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// What goes out after the headers.
    package enum Body: Sendable {
        case none
        /// Bytes in memory, sent from where they lie; a Content-Type is sent only when the headers have one.
        case bytes([UInt8])
        /// Fields and a file, which is read while it is sent; it brings its own Content-Type.
        case multipart(MultipartForm)
    }

    package var method: Method
    /// An absolute `http` or `https` URL, percent-encoded.
    package var url: String
    package var headers: HTTPHeaders
    package var body: Body
    /// The time for everything, from the look-up of the name to the answer's last byte.
    package var timeout: Duration
    /// The time in which nothing moves, in either direction, before it counts as dead; `nil`: `timeout` alone decides.
    package var stallTimeout: Duration?
    /// The most bytes sent in a second, on average; 0 is no limit.
    package var maxBytesPerSecond = 0
    /// The most bytes of the answer's body, after decompression; a longer one is an error.
    package var longestAnswer = HTTPResponse.maximumBodySize

    package init(
        _ method: Method,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: Body = .none,
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// Whether this can be sent without meaning something else on the wire.
    func validate() throws(HTTPError) {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw .badRequest("the URL has a blank or a control character in it")
        }
        try headers.validate()
    }
}

extension HTTPRequest.Body {
    var isMultipart: Bool { if case .multipart = self { true } else { false } }

    /// Why the file of this body could not be read to its end.
    var failure: String? { if case .multipart(let form) = self { form.file.failure } else { nil } }
}
