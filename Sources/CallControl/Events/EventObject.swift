import Basics
import HTTP

/// The object that an event is about, as others read it by a key.
struct EventObject: Sendable, Equatable {
    /// How long the object can be read after it was written last.
    enum Life: Sendable, Equatable {
        case seconds(Int)
        case until(Timestamp)
        case endless
        /// It is not there any more.
        case over
    }

    /// Such as `call:call_1795835560.28`.
    let key: String
    var life = Life.endless
}

/// Gets each event of an `EventHub`, in the order of the numbers.
protocol EventOutlet: Sendable {
    /// Takes an event; called with locks held, so it must not block, nor call the hub.
    ///
    /// - Parameter object: where in the JSON of the event the object is, and what it is.
    func take(_ event: PushedEvent, _ object: (EventObject, Range<Int>)?)
}
