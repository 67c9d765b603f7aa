import Basics
package import HTTP

extension SocketIOServer {
    package struct Configuration: Sendable {
        /// The time between two pings.
        package var pingInterval = Duration.seconds(25)
        /// How long a client may take to answer one.
        package var pingTimeout = Duration.seconds(20)
        /// The longest body and the longest message of a client, in bytes.
        package var maxPayload = WebSocketReader.messageLimit
        /// How long a session may be without an accepted connection.
        package var connectTimeout = Duration.seconds(10)
        /// How long a WebSocket that takes over from polling may take to do so.
        package var upgradeTimeout = Duration.seconds(10)
        /// The most sessions at once.
        package var limit = 5000
        /// What may wait for each client.
        package var queue = OutgoingQueue.Limits()
        /// How often deadlines are checked.
        package var tick = Duration.seconds(1)

        package init() {}

        /// Engine.IO's first packet, as text.
        ///
        /// - Parameter upgrades: whether the client may go on with a WebSocket.
        func open(_ id: String, upgrades: Bool) -> [UInt8] {
            var json = JSONWriter()
            json.beginObject()
            json.required("sid", id)
            json.key("upgrades")
            json.beginArray()
            if upgrades { json.string(EngineRequest.Transport.websocket.rawValue) }
            json.endArray()
            json.required("pingInterval", pingInterval.milliseconds)
            json.required("pingTimeout", pingTimeout.milliseconds)
            json.required("maxPayload", maxPayload)
            json.endObject()
            return EnginePacket(.open, json.bytes[...]).encoded
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
