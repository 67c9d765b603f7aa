/// A change that a decision makes: what must not be lost once its answer has left.
///
/// Applying the same events in the same order to the same numbers gives the same state.
package enum SelectionEvent: Sendable, Equatable {
    case used(Use)
    case released(Release)

    package var number: Digits {
        switch self {
        case .used(let use): use.number
        case .released(let release): release.number
        }
    }

    /// In microseconds since 1970.
    package var time: Int64 {
        switch self {
        case .used(let use): use.time
        case .released(let release): release.time
        }
    }

    /// A number was handed out.
    package struct Use: Sendable, Equatable {
        package var number: Digits
        /// In microseconds since 1970.
        package var time: Int64
        /// The end of the reservation, in microseconds since 1970; 0 for none.
        package var reservedUntil: Int64
        package var agent: String
        package var campaign: String
        package var destination: String
        package var holder: String
        package var isRepeatable: Bool
    }

    /// A reservation ended before its time.
    package struct Release: Sendable, Equatable {
        package var number: Digits
        /// In microseconds since 1970.
        package var time: Int64
        /// Whether the use does not count.
        package var wasUnused: Bool
    }
}

extension SelectionEvent.Use {
    /// - Parameter request: `nil` for a look-up by trunk.
    init(of number: Digits, by request: SelectionRequest?, at time: Int64, reservedUntil: Int64) {
        self.init(
            number: number,
            time: time,
            reservedUntil: reservedUntil,
            agent: request?.agent ?? "",
            campaign: request?.campaign ?? "",
            destination: request?.destination.digits ?? "",
            holder: request?.holder ?? "",
            isRepeatable: request?.isRepeatable ?? false
        )
    }

    /// The use that a reservation began with.
    init(_ reservation: Reservation) {
        self.init(
            number: reservation.number,
            time: reservation.begin,
            reservedUntil: reservation.end,
            agent: reservation.agent,
            campaign: reservation.campaign,
            destination: reservation.destination,
            holder: reservation.holder,
            isRepeatable: reservation.isRepeatable
        )
    }
}

extension Reservation {
    init(_ event: SelectionEvent.Use) {
        self.init(
            number: event.number,
            agent: event.agent,
            campaign: event.campaign,
            destination: event.destination,
            holder: event.holder,
            isRepeatable: event.isRepeatable,
            begin: event.time,
            end: event.reservedUntil
        )
    }
}
