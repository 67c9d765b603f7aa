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

    /// The open connections, by socket.
    private let entries = Lock<[Int32: Entry]>([:])
    private let limit: Int
    private let perAddress: Int

    init(limit: Int, perAddress: Int) {
        self.limit = limit
        self.perAddress = perAddress
    }

    func opened(_ socket: Int32, from address: [UInt8]) {
        entries.withLock { entries in
            entries[socket] = Entry(address: address)
            let all = entries.filter { !$0.value.isEvicted }
            let peers = all.filter { $0.value.address == address }
            guard let crowd = peers.count > perAddress ? peers : all.count > limit ? all : nil,
                let evicted = crowd.filter({ $0.key != socket }).min(by: Self.isLessWorth)
            else { return }
            entries[evicted.key]?.isEvicted = true
            // The socket is still open, since `closed` is called before the close and waits for this lock.
            shutdown(evicted.key, Int32(SHUT_RDWR))
        }
    }

    func entered(_ phase: Phase, _ socket: Int32) {
        entries.withLock { entries in
            entries[socket]?.phase = phase
            entries[socket]?.since = .now
        }
    }

    func closed(_ socket: Int32) { entries.withLock { $0[socket] = nil } }

    private static func isLessWorth(
        _ left: (key: Int32, value: Entry),
        _ right: (key: Int32, value: Entry)
    ) -> Bool {
        (left.value.phase.rawValue, left.value.since) < (right.value.phase.rawValue, right.value.since)
    }
}
