package import Basics
import CMicrohttpd

/// A complete request that a server received.
package struct ServerRequest: Sendable {
    /// The method as received, such as `GET`.
    package let method: String
    /// The path with its percent escapes decoded, without the query.
    package let path: String
    /// The path as received, with its escapes; `nil` for a request that was not received over a connection.
    let escapedPath: String?
    /// The query's arguments, decoded; of two with the same name, the last one counts.
    package let query: [String: String]
    package let headers: HTTPHeaders
    /// As in the request line, such as `HTTP/1.1`.
    let version: String
    /// Empty until the whole body has arrived.
    package internal(set) var body: [UInt8]
    /// The address of the peer; `nil` when it is unknown.
    package let peer: IPAddress?
    /// The sink that received the body, when it is not in memory: see `HTTPServerOptions.sink`.
    package let sink: (any BodySink)?

    package init(
        method: String,
        path: String,
        escapedPath: String? = nil,
        query: [String: String] = [:],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        peer: IPAddress? = nil,
        sink: (any BodySink)? = nil,
        version: String = "HTTP/1.1"
    ) {
        self.method = method
        self.path = path
        self.escapedPath = escapedPath
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        self.sink = sink
        self.version = version
    }

    /// The segments of the path between its slashes, each decoded by itself, so that an escaped slash is part of a
    /// segment; none for `/`, `nil` for a target that is not a path.
    var segments: [String]? {
        let path = Array((escapedPath ?? self.path).utf8)
        guard path.first == UInt8(ascii: "/") else { return nil }
        guard path.count > 1 else { return [] }
        if !path.contains(where: { $0 == UInt8(ascii: "%") }), !path.dropFirst().contains(UInt8(ascii: "/")) {
            return [path.dropFirst().text]
        }
        return path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { segment in
            escapedPath == nil ? String(decoding: segment, as: UTF8.self) : segment.percentDecoded()
        }
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
