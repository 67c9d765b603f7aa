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

    let client: any EventClient
    let filter: EventFilter
    let standing: @Sendable () -> Standing
    /// Tells the client why its stream ends, and ends it.
    let end: @Sendable (_ code: String) -> Void
    /// The last event that was looked at for it.
    var position: Int
    /// Whether events are sent as they come; else they are in the log, and follow when the client has taken what waits.
    var isLive = false

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
        self.standing = standing
        self.end = end
    }
}
