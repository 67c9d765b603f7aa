import Basics

/// What is counted about events and their clients.
struct EventFigures: Sendable {
    let published: Counter
    /// From the call to the end of the handing over to all clients, in seconds.
    let fanout: Histogram
    let drops: [ClientDrop: Counter]

    /// Metrics that are not registered anywhere.
    static func unregistered() -> EventFigures {
        EventFigures(published: Counter(), fanout: Histogram(bounds: [1]), drops: [:])
    }

    func drop(_ reason: ClientDrop) { drops[reason]?.add() }
}

/// Why the service ended the connection of a client.
enum ClientDrop: String, Sendable, CaseIterable {
    /// Too much waited for it.
    case slow
    /// It did not answer a ping.
    case silent
    /// It sent what is not allowed.
    case refused
    /// Its token has ended.
    case expired
    /// Its session has ended.
    case revoked
}
