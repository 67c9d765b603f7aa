import AMI
import Basics

/// How far this host's clock is ahead of the PBX's, learned from channels that begin.
///
/// The second in the UniqueID of a new channel is the PBX's clock, and its first event arrives at once; so the smallest
/// difference of the last 16 is the skew, delays of single events taken off.
struct ClockSkew: Sendable {
    private var samples: [Int] = []
    private var next = 0
    private var smallest = 0
    private var newest = 0
    private var last: (at: Int, instant: ContinuousClock.Instant)?
    /// This host's clock was set, and no channel has begun since.
    private var isLost = false

    private static let capacity = 16
    /// From this on a receipt, rounded to a quarter of an hour, could be the wrong one.
    private static let limit = 400
    /// Seconds, and share of the time between, that two clocks may go apart without one being set.
    private static let (jump, drift) = (5, 1000)

    init() { samples.reserveCapacity(Self.capacity) }

    /// Whether the newest channel contradicts those before it: a clock of the PBX that was set, a UniqueID that someone
    /// chose, or a delay that nothing explains.
    var isDoubtful: Bool { newest - smallest >= Self.limit }

    /// Notices that this host's clock was set: what was learned is then of no use.
    mutating func heard(_ receipt: Receipt) {
        guard let instant = receipt.instant, instant != last?.instant else { return }
        defer { last = (receipt.at.seconds, instant) }
        guard let last else { return }
        let passed = Int(clamping: (instant - last.instant).components.seconds)
        guard abs(receipt.at.seconds - last.at - passed) > Self.jump + abs(passed) / Self.drift else { return }
        self = ClockSkew()
        isLost = true
    }

    /// A channel began.
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

    /// Whether no channel has begun yet: the clocks are taken to be less than 400 s apart.
    var isUnknown: Bool { samples.isEmpty }

    /// Before which moment something was that was read, by the clock of the PBX; `nil` when that cannot be told.
    func latest(_ receipt: Receipt) -> Int? { read(receipt).map { isUnknown ? $0 + Self.limit : $0 } }

    /// When something was read, by the clock of the PBX; `nil` when that cannot be told.
    func read(_ receipt: Receipt) -> Int? {
        guard receipt.isPrompt, !isLost, abs(smallest) < Self.limit else { return nil }
        return receipt.at.seconds - smallest
    }
}
