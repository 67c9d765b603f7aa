import Basics
import HTTP

/// What waits for a client that polls, the request of the client that waits for it, and the time of its pings.
///
/// A value that decides; the session keeps it behind its lock.
struct PollingQueue: Sendable {
    /// The body for a waiting request, to be sent without a lock.
    struct Answer: Sendable {
        let promise: Promise<[UInt8]>
        let body: [UInt8]

        func send() { promise.fulfil(body) }
    }

    private var packets: OutgoingQueue
    private var request: Promise<[UInt8]>?
    private var lastPing = ContinuousClock.now
    /// Since when an answer to a ping is awaited.
    private var awaitedSince: ContinuousClock.Instant?

    init(limits: OutgoingQueue.Limits) { packets = OutgoingQueue(limits: limits) }

    var count: Int { packets.count }
    var isEmpty: Bool { packets.isEmpty }

    /// - Returns: false when too much waits.
    mutating func append(_ packet: SharedFrame) -> Bool { packets.append(packet) }

    /// A request waits from now on.
    ///
    /// - Returns: false when one waits already.
    mutating func wait(_ promise: Promise<[UInt8]>) -> Bool {
        guard request == nil else { return false }
        request = promise
        return true
    }

    /// The answer to the waiting request; `nil` without a request, and while no packet waits.
    mutating func answer() -> Answer? {
        guard let request, !packets.isEmpty else { return nil }
        self.request = nil
        return Answer(promise: request, body: EnginePayload.body(packets.take(EnginePayload.limit).map(\.bytes)))
    }

    /// Ends the waiting request with a packet that says nothing.
    mutating func release() {
        request?.fulfil(EnginePacket(.noop).encoded)
        request = nil
    }

    mutating func takeAll() -> [SharedFrame] { packets.take(.max) }

    // MARK: Time

    mutating func isAlive() { awaitedSince = nil }

    func isSilent(at now: ContinuousClock.Instant, _ timeout: Duration) -> Bool {
        awaitedSince.map { now >= $0 + timeout } ?? false
    }

    /// Whether a ping is due, which is then awaited.
    mutating func wantsPing(at now: ContinuousClock.Instant, _ interval: Duration) -> Bool {
        guard now >= lastPing + interval else { return false }
        lastPing = now
        if awaitedSince == nil { awaitedSince = now }
        return true
    }
}
