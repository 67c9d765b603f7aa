import Basics
import HTTP

/// What is said over a WebSocket at `/ws`, in frames of text with a JSON object each.
///
/// **Format.** From the service: `{"type":"hello","seq":n}` first, `{"type":"event","event":{…}}`,
/// `{"type":"error","code":CODE}`. From the client: `{"type":"subscribe","rooms":[…],"after":n}`,
/// `{"type":"unsubscribe","rooms":[…]}`, `{"type":"ack","id":n}`, `{"type":"auth","token":"…"}`.
///
/// A browser can send no header with its request, only subprotocols: so a token may come as one of them, `bearer.TOKEN`
/// beside `asterisk-calls.v1`. The service chooses the latter, and never repeats the token.
enum EventSocketProtocol {
    static let name = "asterisk-calls.v1"
    private static let tokenPrefix = "bearer."

    /// The token among the subprotocols of a request that opens a WebSocket.
    static func token(of request: ServerRequest) -> String? {
        guard request.headers["Upgrade"]?.lowercased() == "websocket" else { return nil }
        let offered = WebSocketHandshake.protocols(of: request.headers)
        return offered.first { $0.hasPrefix(tokenPrefix) }.map { String($0.dropFirst(tokenPrefix.count)) }
    }

    static func hello(_ last: Int) -> [UInt8] {
        object("hello") { $0.required("seq", last) }
    }

    /// - Parameter message: says to people what is wrong with what the client sent.
    static func error(_ code: String, _ message: String? = nil) -> [UInt8] {
        object("error") { json in
            json.required("code", code)
            if let message { json.required("message", message) }
        }
    }

    /// `{"code":CODE}`, for Socket.IO.
    static func code(_ code: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.required("code", code)
        json.endObject()
        return json.bytes
    }

    private static func object(_ type: String, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.required("type", type)
        members(&json)
        json.endObject()
        return json.bytes
    }
}

extension WebSocketCode {
    /// The login of the client has ended.
    static let loginEnded = WebSocketCode(rawValue: 4401)
}
