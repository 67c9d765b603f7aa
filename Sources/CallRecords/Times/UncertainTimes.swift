/// The number of records with an uncertain time, by source.
package struct UncertainTimes: Sendable, Equatable {
    package private(set) var zone = 0
    package private(set) var guess = 0
    package private(set) var utc = 0

    package init() {}

    mutating func add(_ source: TimeSource?) {
        switch source {
        case nil: break
        case .zone: zone += 1
        case .guess: guess += 1
        case .utc: utc += 1
        }
    }

    /// The number of records with this source.
    package subscript(source: TimeSource) -> Int {
        switch source {
        case .zone: zone
        case .guess: guess
        case .utc: utc
        }
    }

    /// The number of records with any uncertain time.
    package var total: Int { zone + guess + utc }
}
