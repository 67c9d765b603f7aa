package import HTTP

extension EventForm {
    /// For Socket.IO over WebSocket: `42["type",…]` in a frame of text.
    package static let socketIO = EventForm { event in
        WebSocketFrame.text(SocketIOPacket.event(event.type, json: event.json)[...])
    }

    /// For Socket.IO by polling: the same without a frame.
    package static let socketIOPacket = EventForm { event in SocketIOPacket.event(event.type, json: event.json) }
}
