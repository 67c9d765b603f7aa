import Basics
import Glibc

/// Keeps a server available: when there are too many connections, in total or from one address, the most idle one is
/// closed for the newest.
///
/// So a large number of idle or endlessly slow connections takes up slots, but never prevents the answer to a new
/// request.
final class ConnectionGuard: Sendable {
    /// What a connection does, in ascending order of worth.
    enum Phase: Int {
        /// Its next request is not complete.
        case waiting
        case answering
        /// Its answer continues until either side ends it.
        case streaming
    }

    private struct Entry {
        let address: [UInt8]
        var phase = Phase.waiting
        var since = ContinuousClock.now
        var isEvicted = false
    }

    /// How many connections over the limit are accepted, so that a new one can open before an old one is closed.
    static let slack = 16

    private struct State {
        /// The open connections, by socket.
        var entries: [Int32: Entry] = [:]
        /// The number of those that are not evicted, in total and by address, so that only an eviction lists them.
        var count = 0
        var addresses: [[UInt8]: Int] = [:]

        mutating func enter(_ socket: Int32, _ address: [UInt8]) {
            entries[socket] = Entry(address: address)
            count += 1
            addresses[address, default: 0] += 1
        }

        /// A connection that does not count any more.
        mutating func discount(_ entry: Entry) {
            guard !entry.isEvicted else { return }
            count -= 1
            let left = addresses[entry.address, default: 1] - 1
            addresses[entry.address] = left > 0 ? left : nil
        }
    }

    private let state = Lock(State())
    private let limit: Int
    private let perAddress: Int

    init(limit: Int, perAddress: Int) {
        self.limit = limit
        self.perAddress = perAddress
    }

    func opened(_ socket: Int32, from address: [UInt8]) {
        state.withLock { state in
            state.enter(socket, address)
            let isPeer = state.addresses[address, default: 0] > perAddress
            guard isPeer || state.count > limit else { return }
            let crowd = state.entries.filter { entry in
                !entry.value.isEvicted && entry.key != socket && (!isPeer || entry.value.address == address)
            }
            guard let evicted = crowd.min(by: Self.isLessWorth) else { return }
            state.discount(evicted.value)
            state.entries[evicted.key]?.isEvicted = true
            // The socket is still open, since `closed` is called before the close and waits for this lock.
            shutdown(evicted.key, Int32(SHUT_RDWR))
        }
    }

    func entered(_ phase: Phase, _ socket: Int32) {
        state.withLock { state in
            state.entries[socket]?.phase = phase
            state.entries[socket]?.since = .now
        }
    }

    func closed(_ socket: Int32) {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: socket) { state.discount(entry) }
        }
    }

    private static func isLessWorth(
        _ left: (key: Int32, value: Entry),
        _ right: (key: Int32, value: Entry)
    ) -> Bool {
        (left.value.phase.rawValue, left.value.since) < (right.value.phase.rawValue, right.value.since)
    }
}
