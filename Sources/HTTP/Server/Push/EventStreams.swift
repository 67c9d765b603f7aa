import Basics

/// Server-sent events with ids: each client has a stream of its own, and gets all that is sent to it.
///
/// **Format.** `text/event-stream` of HTML's standard: `id:`, `event:` and `data:` lines and an empty one; `:` begins a
/// comment, sent after a silence so that both sides notice a lost connection.
///
/// **Invariants.** A stream costs no thread: its connection is suspended while nothing waits. What waits is shared
/// between all clients and limited for each; a client that is too slow, or takes nothing for `patience`, is cut off.
///
/// `EventFeed` is for clients that want only the newest state; here no event is left out.
///
/// ```swift
/// let streams = EventStreams()
/// let route = Route.immediate(.get, "/events", access: .authenticated) { request in
///     try request.eventStream(on: streams, handler: handler)
/// }
/// ```
package final class EventStreams: Sendable {
    package struct Configuration: Sendable {
        /// The most streams at once.
        package var limit = 5000
        /// What may wait for each client.
        package var queue = OutgoingQueue.Limits()
        /// How long nothing is sent before a comment is.
        package var silence = Duration.seconds(15)
        /// How long a client may take nothing of what waits.
        package var patience = Duration.seconds(45)
        /// How often both are checked.
        package var tick = Duration.seconds(1)

        package init() {}
    }

    private struct State {
        /// `nil` once stopped.
        var open: [ObjectIdentifier: EventStream]? = [:]
        /// The task that checks them; it starts with the first stream.
        var watch: Task<Void, Never>?
    }

    private let configuration: Configuration
    private let state = Lock(State())

    package init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// The number of open streams.
    package var count: Int { state.withLock { $0.open?.count ?? 0 } }

    var hasRoom: Bool { state.withLock { ($0.open?.count ?? .max) < configuration.limit } }

    /// Ends all streams, and refuses new ones; may be called again.
    func stop() {
        let (open, watch) = state.withLock { state -> ([EventStream], Task<Void, Never>?) in
            defer { (state.open, state.watch) = (nil, nil) }
            return (state.open.map { Array($0.values) } ?? [], state.watch)
        }
        watch?.cancel()
        for stream in open { stream.close(.service, dropping: true) }
    }

    /// The stream of a connection; `nil` when there are enough.
    func open(_ offer: EventStreamOffer, on connection: OpaquePointer) -> EventStream? {
        state.withLock { state in
            guard let open = state.open, open.count < configuration.limit else { return nil }
            let stream = unsafe EventStream(offer, on: connection, limits: configuration.queue)
            state.open?[ObjectIdentifier(stream)] = stream
            if state.watch == nil { state.watch = Task { [weak self] in await Self.watch(self) } }
            return stream
        }
    }

    func leave(_ stream: EventStream) {
        let watch = state.withLock { state -> Task<Void, Never>? in
            state.open?[ObjectIdentifier(stream)] = nil
            guard state.open?.isEmpty ?? true else { return nil }
            defer { state.watch = nil }
            return state.watch
        }
        watch?.cancel()
    }

    private static func watch(_ streams: @autoclosure () -> EventStreams?) async {
        while !Task.isCancelled, let tick = streams()?.check() { try? await Task.sleep(for: tick) }
    }

    /// Checks all streams; returns the time to the next check.
    private func check() -> Duration {
        let now = ContinuousClock.now
        for stream in state.withLock({ $0.open.map { Array($0.values) } ?? [] }) {
            stream.check(at: now, silence: configuration.silence, patience: configuration.patience)
        }
        return configuration.tick
    }
}

/// What a route answers to begin a stream.
final class EventStreamOffer: Sendable {
    let streams: EventStreams
    /// Counts the client as long as the offer exists.
    let seat: ClientSeat?
    let address: IPAddress?
    let handler: any EventStreamHandler

    init(_ streams: EventStreams, seat: ClientSeat?, address: IPAddress?, handler: any EventStreamHandler) {
        self.streams = streams
        self.seat = seat
        self.address = address
        self.handler = handler
    }
}

extension RoutedRequest {
    /// The answer that begins a stream of server-sent events, for a route with GET.
    ///
    /// - Parameters:
    ///   - seat: what counts the client until its stream ends.
    ///   - handler: is told what happens to the stream.
    /// - Throws: when `streams` has enough (503), or for HEAD, which has no stream.
    package func eventStream(
        on streams: EventStreams,
        seat: ClientSeat? = nil,
        handler: any EventStreamHandler
    ) throws(RequestFailure) -> ServerResponse {
        guard method == "GET" else { throw RequestFailure(.badRequest, "a stream of events begins with GET") }
        guard streams.hasRoom else {
            throw RequestFailure(.busy, "too many clients are connected", headers: ["Retry-After": "10"])
        }
        return .stream(EventStreamOffer(streams, seat: seat, address: client.address, handler: handler))
    }

    /// The id of the last event that a client got before it connects again; `nil` for none or a wrong one.
    package var lastEventID: Int? {
        guard let text = headers["Last-Event-ID"], let id = Array(text.utf8)[...].integer, id >= 0 else { return nil }
        return id
    }
}
