import Basics
import Synchronization

/// Plays calls into the exchange, on a thread that may block.
final class PBXPlayer: Sendable {
    /// The most frames in a batch; each batch has one `send()` and one entry in the log.
    private static let batchSize = 512
    /// The longest pause at a low rate.
    private static let longestPause = Duration.milliseconds(50)
    /// The shortest pause at a high rate, in which events accumulate.
    private static let shortestPause = Duration.milliseconds(5)

    private let exchange: PBXExchange
    private let clock: @Sendable () -> Timestamp
    private let isCancelled = Atomic(false)

    init(_ exchange: PBXExchange, clock: @escaping @Sendable () -> Timestamp) {
        self.exchange = exchange
        self.clock = clock
    }

    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        exchange.progress.signal()
    }

    /// Plays `calls` calls (`nil`: until cancelled) from `stream` and waits until their events are accounted for.
    ///
    /// - Returns: the number of events.
    func play(_ stream: inout CallStream, calls: Int?, rate: Double?) -> Int {
        guard exchange.configuration.live == nil else { return exchange.playLive { isOver } }
        var remaining = calls ?? Int.max
        let emitted: Int
        if exchange.configuration.prerenders && calls != nil {
            emitted = playPrerendered(&stream, &remaining, rate)
        } else {
            var pace = Pace(rate: rate)
            emitted = emit(at: &pace) { limit in self.render(&stream, &remaining, limit) }
        }
        while exchange.unresolvedBytes > 0, !isOver { pause(nil) }
        return emitted
    }

    private func playPrerendered(_ stream: inout CallStream, _ remaining: inout Int, _ rate: Double?) -> Int {
        var batches: [FrameSequence] = []
        let size = rate.map { min(Self.batchSize, max(1, Int($0 / 100))) } ?? Self.batchSize
        while !isOver, let batch = render(&stream, &remaining, size) { batches.append(batch) }
        var next = batches.makeIterator()
        var pace = Pace(rate: rate)
        return emit(at: &pace) { _ in next.next() }
    }

    /// Publishes the events that `source` returns for a number, until it has no more.
    private func emit(at pace: inout Pace, from source: (Int) -> FrameSequence?) -> Int {
        while !isOver {
            guard exchange.phase == .up, exchange.unresolvedBytes <= exchange.configuration.queueLimit else {
                pause(nil)
                continue
            }
            let due = min(pace.due, Self.batchSize)
            guard due > 0 else {
                pause(pace.pause(atLeast: Self.shortestPause, atMost: Self.longestPause))
                continue
            }
            guard let batch = source(due) else { break }
            pace.emitted += batch.count
            exchange.publish(batch)
        }
        return pace.emitted
    }

    /// The next events; `nil` when there are none.
    private func render(_ stream: inout CallStream, _ remaining: inout Int, _ limit: Int) -> FrameSequence? {
        stream.beginRun(exchange.run)
        var batch = FrameSequence()
        let now = clock()
        while batch.count < limit, stream.next(into: &batch, calls: &remaining, now: now) {}
        return batch.isEmpty ? nil : batch
    }

    private var isOver: Bool { isCancelled.load(ordering: .relaxed) || exchange.phase == .stopped }

    private func pause(_ duration: Duration?) {
        _ = Poll.wait(for: .read, on: exchange.progress.descriptor, timeout: duration)
        exchange.progress.drain()
    }

    /// The number of events due by now.
    private struct Pace {
        /// Events per second; `nil` is as many as possible.
        let rate: Double?
        let begin = ContinuousClock.now
        var emitted = 0

        var due: Int {
            guard let rate else { return Int.max }
            return Int((ContinuousClock.now - begin) / .seconds(1) * rate) - emitted
        }

        /// The pause until the next event.
        func pause(atLeast shortest: Duration, atMost longest: Duration) -> Duration {
            guard let rate, rate > 0 else { return longest }
            return min(longest, max(shortest, .seconds(1 / rate)))
        }
    }
}
