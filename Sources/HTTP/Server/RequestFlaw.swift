import Basics

/// Why the head of a request is refused before a handler sees it: a part that two programs could read in two ways.
enum RequestFlaw: Equatable {
    case controlCharacter
    case ambiguousLength
    case ambiguousHost
    case unknownTransferEncoding

    /// The first flaw; `nil` for a valid head.
    ///
    /// - Parameters:
    ///   - path: decoded, with another byte in place of an escaped NUL.
    ///   - query: names and values, decoded like the path.
    ///   - version: as in the request line, such as `HTTP/1.1`.
    init?(path: String, query: [(String, String)], version: String, headers: HTTPHeaders) {
        let lengths = headers.values("Content-Length")
        let encodings = headers.values("Transfer-Encoding")
        let hosts = headers.values("Host")
        if Self.hasControl(path) || query.contains(where: { Self.hasControl($0.0) || Self.hasControl($0.1) }) {
            self = .controlCharacter
        } else if lengths.count > 1 || (!lengths.isEmpty && !encodings.isEmpty)
            || lengths.contains(where: { $0.isEmpty || !$0.utf8.allSatisfy(ASCII.isDigit) })
        {
            self = .ambiguousLength
        } else if encodings.count > 1 || encodings.contains(where: { $0.lowercased() != "chunked" }) {
            self = .unknownTransferEncoding
        } else if hosts.count > 1 || (hosts.isEmpty && version == "HTTP/1.1") {
            self = .ambiguousHost
        } else {
            return nil
        }
    }

    /// The text for the client.
    var text: String {
        switch self {
        case .controlCharacter: "a NUL or control character in the path or query\n"
        case .ambiguousLength: "the length of the body must be given once, by Content-Length or by chunks\n"
        case .ambiguousHost: "HTTP/1.1 needs exactly one Host header\n"
        case .unknownTransferEncoding: "the only Transfer-Encoding is chunked\n"
        }
    }

    private static func hasControl(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7f } }
}
