import Basics
import Connector
import Delivery
import HTTP

/// A request is refused, or means the same when it is sent again.
enum ControlProperties {
    /// Lines: the method, the path, `name=value` of the query up to an empty line, and the body.
    static func problem(_ input: [UInt8]) -> String? {
        var lines = input[...].split(separator: ASCII.newline, maxSplits: 6, omittingEmptySubsequences: false)[...]
        let (method, path) = (lines.popFirst()?.text ?? "", lines.popFirst()?.text ?? "")
        var query: [String: String] = [:]
        while let line = lines.first, !line.isEmpty {
            lines = lines.dropFirst()
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            query[parts.first?.text ?? ""] = parts.dropFirst().first?.text ?? ""
        }
        let body = Array(lines.dropFirst().joined(separator: [ASCII.newline]))
        let request = ServerRequest(method: method, path: path, query: query, body: body)
        guard let known = try? AdminRequest.received(request) else { return nil }
        guard let again = try? AdminRequest.received(Self.request(known.http)) else {
            return "a request that cannot be repeated"
        }
        return again == known ? nil : "\(known) became \(again)"
    }

    /// What a server makes of a request of ours.
    private static func request(_ request: HTTPRequest) -> ServerRequest {
        let parts = request.url.split(separator: "/", maxSplits: 2).last?.split(separator: "?", maxSplits: 1) ?? []
        var query: [String: String] = [:]
        for argument in (parts.dropFirst().first ?? "").split(separator: "&") {
            let pair = argument.split(separator: "=", maxSplits: 1)
            query["\(pair.first ?? "")"] = "\(pair.last ?? "")"
        }
        var body: [UInt8] = []
        if case .bytes(let bytes) = request.body { body = bytes }
        return ServerRequest(
            method: request.method.rawValue,
            path: "/\(parts.first ?? "")",
            query: query,
            body: body
        )
    }
}
