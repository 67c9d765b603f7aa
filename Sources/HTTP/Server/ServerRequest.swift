import Basics
import CMicrohttpd

/// A complete request that a server received.
package struct ServerRequest: Sendable {
    /// As it came, such as `GET`.
    package let method: String
    /// The path with its percent escapes decoded, without the query.
    package let path: String
    /// The query's arguments, decoded; of two with one name the last one counts.
    package let query: [String: String]
    package let headers: HTTPHeaders
    package let body: [UInt8]
    /// Where it comes from, without the port; `nil` when that is not known.
    package let address: String?
    /// What has taken the body, when that is not in memory: see `HTTPServerOptions.sink`.
    package let sink: (any BodySink)?

    package init(
        method: String,
        path: String,
        query: [String: String] = [:],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        address: String? = nil,
        sink: (any BodySink)? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.address = address
        self.sink = sink
    }

    /// Reads what libmicrohttpd knows of the request on `connection`.
    init(method: String, path: String, connection: OpaquePointer, body: [UInt8], sink: (any BodySink)?) {
        let headers = unsafe Self.headers(of: connection)
        let query = Dictionary(unsafe Self.query(of: connection)) { _, last in last }
        self.init(
            method: method,
            path: path,
            query: query,
            headers: headers,
            body: body,
            address: unsafe PeerAddress(of: connection)?.description,
            sink: sink
        )
    }

    static func headers(of connection: OpaquePointer) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in unsafe values(.HEADER_KIND, of: connection) { headers.append(name, value) }
        return headers
    }

    /// The query's arguments, decoded.
    static func query(of connection: OpaquePointer) -> [(String, String)] {
        unsafe values(.GET_ARGUMENT_KIND, of: connection)
    }

    private static func values(_ kind: MHD_ValueKind, of connection: OpaquePointer) -> [(String, String)] {
        var values: [(String, String)] = []
        unsafe withUnsafeMutablePointer(to: &values) { pointer in
            _ = unsafe MHD_get_connection_values(
                connection,
                kind,
                { context, _, name, value in
                    guard let context = unsafe context, let name = unsafe name else { return .YES }
                    let values = unsafe context.assumingMemoryBound(to: [(String, String)].self)
                    let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
                    unsafe values.pointee.append((String(cString: name), text))
                    return .YES
                },
                pointer
            )
        }
        return values
    }
}
