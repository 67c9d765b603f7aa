/// A request to send.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// The body of the request.
    package enum Body: Sendable {
        case none
        /// Bytes in memory, sent without a copy; a Content-Type is sent only when the headers have one.
        case bytes([UInt8])
        /// Fields and a file, which is read while it is sent; it sets its own Content-Type.
        case multipart(MultipartForm)
    }

    package var method: Method
    /// An absolute `http` or `https` URL, percent-encoded.
    package var url: String
    package var headers: HTTPHeaders
    package var body: Body
    /// The limit for everything, from the resolution of the name to the answer's last byte.
    package var timeout: Duration
    /// How long no byte may move in either direction, in whole seconds; `nil` leaves only `timeout`.
    package var stallTimeout: Duration?
    /// The most bytes sent per second, on average; 0 means no limit.
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

    /// Checks that no part of the request can be misread on the wire.
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
