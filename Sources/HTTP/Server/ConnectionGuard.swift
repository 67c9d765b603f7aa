import Basics
import Glibc

/// Keeps a server open to those who ask: when there are too many connections, in all or from one address, the one that
/// has been silent longest makes room for the newest.
///
/// So a crowd of idle or endlessly slow connections costs places, but never the answer to a new request.
final class ConnectionGuard: Sendable {
    /// What a connection does, the least worth keeping first.
    enum Phase: Int {
        /// Its next request is not complete.
        case waiting
        case answering
        /// Its answer goes on until one of the ends stops.
        case streaming
    }

    private struct Entry {
        let address: [UInt8]
        var phase = Phase.waiting
        var since = ContinuousClock.now
        var isEvicted = false
    }

    /// So many more connections are accepted than allowed, so that a new one is there before an old one has gone.
    static let slack = 16

    /// By socket, as long as that is open.
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
                let victim = crowd.filter({ $0.key != socket }).min(by: Self.isLessWorth)
            else { return }
            entries[victim.key]?.isEvicted = true
            // Still open, since `closed` comes before the close and waits for this lock.
            shutdown(victim.key, Int32(SHUT_RDWR))
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
