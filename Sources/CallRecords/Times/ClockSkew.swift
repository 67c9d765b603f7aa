import AMI
import Basics

/// How far this host's clock is ahead of the PBX's, learned from channels that begin.
///
/// The second in the UniqueID of a new channel comes from the PBX's clock, and the channel's first event arrives at
/// once. So the smallest difference of the last 16 is the skew without the delays of single events.
struct ClockSkew: Sendable {
    private var samples: [Int] = []
    private var next = 0
    private var smallest = 0
    private var newest = 0
    private var last: (at: Int, instant: ContinuousClock.Instant)?
    /// Whether this host's clock was set and no channel has begun since.
    private var isLost = false

    private static let capacity = 16
    /// From this difference in seconds on, a receipt rounded to a quarter of an hour could give the wrong offset.
    private static let limit = 400
    /// How far two clocks may drift apart without one being set: seconds, plus 1/1000 of the time between.
    private static let (jump, drift) = (5, 1000)

    init() { samples.reserveCapacity(Self.capacity) }

    /// Whether the newest channel contradicts those before it.
    ///
    /// Causes are a clock of the PBX that was set, a UniqueID that Asterisk did not generate, or an unexplained delay.
    var isDoubtful: Bool { newest - smallest >= Self.limit }

    /// Detects that this host's clock was set, and then discards what was learned.
    mutating func update(with receipt: Receipt) {
        guard let instant = receipt.instant, instant != last?.instant else { return }
        defer { last = (receipt.at.seconds, instant) }
        guard let last else { return }
        let passed = Int(clamping: (instant - last.instant).components.seconds)
        guard abs(receipt.at.seconds - last.at - passed) > Self.jump + abs(passed) / Self.drift else { return }
        self = ClockSkew()
        isLost = true
    }

    /// Learns from a channel that began.
    ///
    /// - Parameter epoch: the second in its UniqueID.
    mutating func channelBegan(_ epoch: Int, _ receipt: Receipt) {
        guard receipt.isPrompt else { return }
        newest = receipt.at.seconds - epoch
        isLost = false
        if samples.count < Self.capacity { samples.append(newest) } else { samples[next] = newest }
        next = (next + 1) % Self.capacity
        smallest = samples.reduce(newest) { min($0, $1) }
    }

    /// Whether no channel has begun yet; the clocks then count as less than 400 s apart.
    var isUnknown: Bool { samples.isEmpty }

    /// The latest moment for an event that was read, by the clock of the PBX; `nil` when it is unknown.
    func latest(_ receipt: Receipt) -> Int? { read(receipt).map { isUnknown ? $0 + Self.limit : $0 } }

    /// When an event was read, by the clock of the PBX; `nil` when it is unknown.
    func read(_ receipt: Receipt) -> Int? {
        guard receipt.isPrompt, !isLost, abs(smallest) < Self.limit else { return nil }
        return receipt.at.seconds - smallest
    }
}
