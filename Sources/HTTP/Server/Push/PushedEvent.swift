import Basics

/// An event for clients of all kinds; each form of it is built once, when the first client needs it.
package final class PushedEvent: Sendable {
    /// Rises with each event.
    package let id: Int
    /// Such as `call:updated`.
    package let type: String
    /// What it says something about, and its type: a newer event of the same key makes it obsolete.
    package let key: String?
    /// A JSON value without line ends.
    package let json: [UInt8]
    private let frames = Lock<[(form: ObjectIdentifier, frame: SharedFrame)]>([])

    /// - Parameter key: see `SharedFrame`; `nil` for an event that no other one replaces.
    package init(id: Int, type: String, key: String?, json: [UInt8]) {
        (self.id, self.type, self.key, self.json) = (id, type, key, json)
    }

    /// The event in one form.
    package func frame(_ form: EventForm) -> SharedFrame {
        frames.withLock { frames in
            let identifier = ObjectIdentifier(form)
            if let known = frames.first(where: { $0.form == identifier }) { return known.frame }
            let frame = SharedFrame(form.build(self), key: key)
            frames.append((identifier, frame))
            return frame
        }
    }
}

/// How one kind of client gets an event.
package final class EventForm: Sendable {
    let build: @Sendable (PushedEvent) -> [UInt8]

    /// - Parameter build: makes the bytes, with a lock held.
    package init(_ build: @escaping @Sendable (PushedEvent) -> [UInt8]) { self.build = build }

    /// For a stream of server-sent events: `id:`, `event:` and `data:`.
    package static let stream = EventForm { event in
        Array("id: \(event.id)\nevent: \(event.type)\ndata: ".utf8) + event.json + [ASCII.newline, ASCII.newline]
    }

    /// For a WebSocket: `{"type":"event","event":…}` in a frame of text.
    package static let webSocket = EventForm { event in
        WebSocketFrame.text((Array(#"{"type":"event","event":"#.utf8) + event.json + [UInt8(ascii: "}")])[...])
    }
}

/// One client of events, of whatever kind; any thread may use it.
package protocol EventClient: AnyObject, Sendable {
    /// The number of frames that wait for the client.
    var waiting: Int { get }

    /// Sends an event without blocking; when too much waits, the client is closed instead.
    ///
    /// - Returns: whether the event was taken.
    @discardableResult
    func send(_ event: PushedEvent) -> Bool
}

extension WebSocket: EventClient {
    @discardableResult
    package func send(_ event: PushedEvent) -> Bool { send(event.frame(.webSocket)) }
}

extension EventStream: EventClient {
    @discardableResult
    package func send(_ event: PushedEvent) -> Bool { send(event.frame(.stream)) }
}
