import Basics

extension RedisLink {
    /// What the thread of a connection knows of it.
    final class Session {
        let stream: any ByteStream
        var queue = RequestQueue()
        /// Requests from the inbox that are not in the queue yet.
        var taken: [RequestQueue.Request] = []
        /// Replies since the inbox was last told, and bytes that were written since then.
        var answered = 0
        var written = 0
        private(set) var lastHeard = Timestamp.now()
        /// Whether reading was interrupted, so that waiting for the socket may be in vain.
        private(set) var hasUnread = false

        private let decoder: RedisReplyDecoder
        private let onPush: (@Sendable (RedisValue) -> Bool)?
        private let stallTimeout: Duration
        private let pingInterval: Duration
        private let isTLS: Bool
        private var buffer = [UInt8](repeating: 0, count: 64 << 10)
        private var unsent: [UInt8] = []
        private var sent = 0
        /// Since when nothing has arrived although replies are due.
        private var waitingSince = ContinuousClock.now
        private var nextPing: ContinuousClock.Instant

        /// The most bytes that are read before anything else is looked at.
        private static let turn = 1 << 20

        init(over stream: any ByteStream, _ link: RedisLink) {
            self.stream = stream
            decoder = RedisReplyDecoder(limits: link.configuration.limits)
            onPush = link.onPush
            stallTimeout = link.configuration.stallTimeout
            pingInterval = link.configuration.pingInterval
            isTLS = link.configuration.tls != nil
            nextPing = .now + pingInterval
        }

        var hasUnsent: Bool { sent < unsent.count }

        /// Whether nothing is to be sent and no reply is due.
        var isIdle: Bool { !hasUnsent && queue.isEmpty }

        /// When something has to be done even if nothing arrives.
        var deadline: ContinuousClock.Instant {
            var deadline = nextPing
            if let nearest = queue.nearestDeadline { deadline = min(deadline, nearest) }
            return queue.isEmpty ? deadline : min(deadline, waitingSince + stallTimeout)
        }

        func isStalled(at now: ContinuousClock.Instant) -> Bool {
            !queue.isEmpty && now >= waitingSince + stallTimeout
        }

        /// Whether a PING has to be sent now; the next one is due an interval later.
        func isPingDue(at now: ContinuousClock.Instant) -> Bool {
            guard now >= nextPing else { return false }
            nextPing = now + pingInterval
            return true
        }

        func queueTaken(at now: ContinuousClock.Instant) {
            guard !taken.isEmpty else { return }
            if queue.isEmpty { waitingSince = now }
            queue.append(contentsOf: taken)
            taken.removeAll(keepingCapacity: taken.capacity <= 4096)
        }

        /// Takes the bytes to send next, and gives the buffer of those that were sent.
        func exchangeSent(with bytes: inout [UInt8]) {
            unsent.removeAll(keepingCapacity: unsent.capacity <= 1 << 20)
            sent = 0
            swap(&unsent, &bytes)
        }

        /// Writes as much as fits.
        func write() throws(RedisError) {
            while hasUnsent {
                do throws(NetworkError) {
                    guard let count = try stream.write(unsent[sent...]) else { return }
                    sent += count
                    written += count
                } catch {
                    throw .network(error)
                }
            }
        }

        /// Reads until nothing is there, and hands replies over.
        func read() throws(RedisError) {
            var total = 0
            hasUnread = false
            while let count = try readOnce() {
                total += count
                try decoder.append(buffer[..<count])
                while let value = try decoder.next() { try take(value) }
                // A TLS record may hold more than one read; a full buffer means that there is more.
                guard isTLS || count == buffer.count else { break }
                guard total < Self.turn else {
                    hasUnread = true
                    break
                }
            }
            guard total > 0 else { return }
            waitingSince = .now
            lastHeard = .now()
        }

        private func readOnce() throws(RedisError) -> Int? {
            do throws(NetworkError) { return try stream.read(into: &buffer) } catch { throw .network(error) }
        }

        private func take(_ value: RedisValue) throws(RedisError) {
            if onPush?(value) == true { return }
            if queue.answer(with: value) {
                answered += 1
            } else if case .error(let error) = value {
                // As after too many clients, or in protected mode.
                throw .refused(error)
            } else {
                throw .invalidReply("a reply without a command")
            }
        }
    }
}
