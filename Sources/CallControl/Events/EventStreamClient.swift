import Basics
import HTTP

/// Connects a stream of server-sent events with the hub.
struct EventStreamClient: EventStreamHandler {
    let hub: EventHub
    let filter: EventFilter
    let position: Int?
    let figures: EventFigures
    let standing: @Sendable () -> HubListener.Standing

    func opened(_ stream: EventStream) {
        hub.listen(stream, filter, after: position, standing: standing) { [weak stream] code in
            stream?.send(Self.error(code))
            stream?.close()
        }
    }

    func drained(_ stream: EventStream) { hub.goOn(stream) }

    func closed(_ stream: EventStream, _ end: EventStreamEnd) {
        hub.leave(stream)
        if end == .slow { figures.drop(.slow) }
    }

    private static func error(_ code: String) -> SharedFrame {
        SharedFrame(Array("event: error\ndata: {\"code\":\"\(code)\"}\n\n".utf8))
    }
}
