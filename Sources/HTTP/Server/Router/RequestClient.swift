package import Basics

/// Where a request comes from, and how the client reached the service.
package struct RequestClient: Sendable {
    /// `nil` over a Unix socket.
    package let address: IPAddress?
    /// The name in the client's URL, with its port; `nil` when it sent none.
    package let host: String?
    /// `http` or `https`.
    package let scheme: String
    /// Whether the request came through a proxy, trusted or not.
    package let isForwarded: Bool

    /// Whether the request comes from a program on this machine without a proxy.
    package var isLocal: Bool { !isForwarded && (address?.isLoopback ?? true) }

    /// - Parameter proxies: the proxies whose headers X-Forwarded-For, -Proto and -Host are trusted.
    init(_ request: ServerRequest, proxies: [IPNetwork], isTLS: Bool) {
        let peer = request.peer
        let headers = request.headers
        isForwarded = headers["X-Forwarded-For"] != nil || headers["Forwarded"] != nil
        guard let peer, proxies.contains(where: { $0.contains(peer) }) else {
            address = peer
            host = headers["Host"]
            scheme = isTLS ? "https" : "http"
            return
        }
        address = Self.client(behind: peer, headers.values("X-Forwarded-For"), proxies)
        host = Self.last(headers.values("X-Forwarded-Host")) ?? headers["Host"]
        scheme = Self.last(headers.values("X-Forwarded-Proto")) ?? (isTLS ? "https" : "http")
    }

    /// The last address that is not a trusted proxy's: any client may have written what precedes it.
    private static func client(behind peer: IPAddress, _ values: [String], _ proxies: [IPNetwork]) -> IPAddress {
        var client = peer
        for word in values.flatMap({ $0.split(separator: ",") }).reversed() {
            guard let address = IPAddress(trimmed(word)) else { return client }
            client = address
            guard proxies.contains(where: { $0.contains(address) }) else { return client }
        }
        return client
    }

    private static func last(_ values: [String]) -> String? {
        values.last?.split(separator: ",").last.map { trimmed($0) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
