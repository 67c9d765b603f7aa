import AMI
import Basics

/// The two halves of a Local channel, `Local/…;1` and `Local/…;2`.
extension LiveModel {
    static func isHalf(_ name: Bytes) -> Bool { name.suffix(2).equals(";1") || name.suffix(2).equals(";2") }

    /// The name of the other half.
    private static func otherHalf(_ name: [UInt8]) -> [UInt8] {
        let last = name.last == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
        return name.dropLast() + [last]
    }

    mutating func addHalf(_ slot: Int) {
        localHalves[LiveKey(channels[slot].name)] = slot
        if let other = localHalves[LiveKey(Self.otherHalf(channels[slot].name))] { pair(slot, other) }
    }

    mutating func removeHalf(_ slot: Int) {
        let key = LiveKey(channels[slot].name)
        if localHalves[key] == slot { localHalves[key] = nil }
        let other = channels[slot].otherHalf
        if other >= 0 { channels[other].otherHalf = -1 }
    }

    mutating func pairHalves(_ event: AMIMessage) {
        guard let one = channel(event, .localOneUniqueID), let two = channel(event, .localTwoUniqueID),
            channels[one].isLocal, channels[two].isLocal
        else { return }
        pair(one, two)
    }

    private mutating func pair(_ one: Int, _ two: Int) {
        guard one != two, channels[one].otherHalf < 0, channels[two].otherHalf < 0 else { return }
        channels[one].otherHalf = two
        channels[two].otherHalf = one
        // A wire has one call; the half that was born first says which.
        let (first, second) = channels[one].born < channels[two].born ? (one, two) : (two, one)
        move(second, to: channels[first].call)
    }
}
