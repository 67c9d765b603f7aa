package import Basics

/// Limits failed logins, so that nobody guesses a password, and nobody locks others out.
///
/// Only failures count. Windows last a minute and begin with the first failure: 5 for a name from one address, 30 for a
/// name, since one user is not to be locked out by everybody, and 60 for an address, which may be a whole office. Pure: the
/// caller brings the time.
package struct LoginRates: Sendable {
    /// What is counted together.
    private enum Key: Hashable {
        case nameAndAddress(String, [UInt8])
        case name(String)
        case address([UInt8])

        var limit: Int {
            switch self {
            case .nameAndAddress: 5
            case .name: 30
            case .address: 60
            }
        }
    }

    private struct Window {
        let begin: ContinuousClock.Instant
        var count = 0
    }

    private var windows: [Key: Window] = [:]
    /// The windows in the order of their beginnings.
    private var order = Queue<(key: Key, begin: ContinuousClock.Instant)>()

    /// The length of a window.
    package static let window = Duration.seconds(60)
    /// The windows kept at a time; beyond that, the oldest goes first.
    static let capacity = 30_000

    /// The windows that are kept.
    var count: Int { windows.count }

    package init() {}

    private static func keys(_ name: String, _ address: IPAddress?) -> [Key] {
        let network = address?.network ?? []
        return [.nameAndAddress(name, network), .name(name), .address(network)]
    }

    /// How long a login with a name from an address has to wait; `nil` when it need not.
    package mutating func wait(
        name: String,
        address: IPAddress?,
        at now: ContinuousClock.Instant
    ) -> Duration? {
        dropOld(now)
        return Self.keys(name, address).compactMap { key in
            guard let window = windows[key], window.count >= key.limit else { return nil }
            return window.begin + Self.window - now
        }.max()
    }

    /// Counts a failed login.
    package mutating func fail(name: String, address: IPAddress?, at now: ContinuousClock.Instant) {
        dropOld(now)
        for key in Self.keys(name, address) {
            if windows[key] == nil {
                if order.count >= Self.capacity { dropFirst() }
                windows[key] = Window(begin: now)
                order.append((key, now))
            }
            windows[key]?.count += 1
        }
    }

    private mutating func dropOld(_ now: ContinuousClock.Instant) {
        while let first = order.first, now - first.begin >= Self.window { dropFirst() }
    }

    private mutating func dropFirst() {
        guard let first = order.first else { return }
        order.removeFirst()
        windows[first.key] = nil
    }
}
