import HTTP

/// A client that listens: what it asked for, whose it is, and how far it has come.
///
/// `EventHub` changes it, with its lock held.
struct HubListener: Sendable {
    /// Whether the client may go on, and what it may see, as of now.
    enum Standing: Sendable, Equatable {
        case viewer(EventViewer)
        /// The client's login has ended; the code of the error that it is told.
        case ended(code: String)
    }

    /// What the client got before it asked for something else.
    private struct Span: Sendable {
        let after: Int
        let upTo: Int
        let filter: EventFilter
    }

    /// The most spans that are kept: then the oldest is forgotten.
    private static let mostSpans = 16

    let client: any EventClient
    let standing: @Sendable () -> Standing
    /// Tells the client why its stream ends, and ends it.
    let end: @Sendable (_ code: String) -> Void
    private(set) var filter: EventFilter
    /// The last event that was looked at for it; of no meaning while it is live.
    private(set) var position: Int
    /// The event after which the filter counts.
    private var since: Int
    /// Whether events are sent as they come; else they are in the log, and follow when the client has taken what waits.
    private(set) var isLive = false
    private var past: [Span] = []
    /// What the client got up to here is forgotten in part.
    private(set) var horizon = Int.min

    /// - Parameter position: the last event that the client has.
    init(
        _ client: any EventClient,
        _ filter: EventFilter,
        after position: Int,
        standing: @escaping @Sendable () -> Standing,
        end: @escaping @Sendable (_ code: String) -> Void
    ) {
        self.client = client
        self.filter = filter
        self.position = position
        since = position
        self.standing = standing
        self.end = end
    }

    /// All events up to `position` were looked at.
    mutating func advance(to position: Int) { self.position = position }

    mutating func goLive() { isLive = true }

    /// The events up to `last` are left out, and the next ones are sent as they come.
    mutating func skip(to last: Int) {
        (position, since, isLive) = (last, last, true)
    }

    /// Changes what the client asks for.
    ///
    /// - Parameters:
    ///   - start: the event after which it asks for that; `nil` when for the next ones only.
    ///   - last: the last event of all.
    ///   - floor: what is behind this event can be read again.
    mutating func ask(for filter: EventFilter, after start: Int?, last: Int, floor: Int) {
        let reached = isLive ? last : position
        if since < reached { past.append(Span(after: since, upTo: reached, filter: self.filter)) }
        past.removeAll { $0.upTo <= floor }
        if past.count > Self.mostSpans { horizon = max(horizon, past.removeFirst().upTo) }
        self.filter = filter
        position = start ?? reached
        since = position
        if position < last { isLive = false }
    }

    /// Whether the client got an event before it asked for something else.
    func had(_ event: PushedEvent, _ audience: EventAudience) -> Bool {
        past.contains { span in
            span.after < event.id && event.id <= span.upTo && span.filter.includes(event, audience)
        }
    }
}
