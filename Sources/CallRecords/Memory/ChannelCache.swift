package import Basics

/// Remembers what the CDR of each channel will need and does not contain.
///
/// A Cdr event contains neither the context that the call came from, nor the linkedid (unless it is mapped), nor the
/// type of transfer. The cache is bounded in number and age. A channel is removed some time after its end, because the
/// order of Hangup, CEL and Cdr is not defined (they come from different threads of Asterisk).
package struct ChannelCache: Sendable {
    /// A change of the stored facts, to be saved with the records that arrived with it.
    package struct Change: Sendable {
        package let uniqueID: [UInt8]
        /// The encoded facts; `nil` deletes the channel.
        package let facts: [UInt8]?
    }

    /// The bounds of the cache.
    package struct Limits: Sendable {
        /// The most channels in the cache.
        package var channels = 20_000
        /// Seconds after which a channel without a known end is removed.
        package var age = 86_400
        /// Seconds that a channel stays in the cache after its end.
        package var grace = 60

        package init() {}
    }

    private struct Ended {
        let uniqueID: [UInt8]
        let at: Timestamp
    }

    private let limits: Limits
    private var channels: [[UInt8]: ChannelFacts] = [:]
    private var channelsOfCall: [[UInt8]: [[UInt8]]] = [:]
    private var order = Queue<[UInt8]>()
    private var ended = Queue<Ended>()
    /// The channels that have ended and are still in the cache.
    private var endedChannels: Set<[UInt8]> = []
    private var changed: Set<[UInt8]> = []
    /// The second in the UniqueID of the first channel whose begin was seen.
    private var firstBegin: Int?

    /// How many channels were removed early because the cache was full.
    package private(set) var crowdedOut = 0
    /// Whether any CEL has arrived.
    package private(set) var hasSeenCEL = false

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// The number of channels in the cache.
    package var count: Int { channels.count }

    /// The number of entries in the two queues of removals; each has at most little more than twice as many as there
    /// are channels.
    var queued: Int { order.count + ended.count }

    /// The facts of a channel; `nil` when it is unknown.
    package subscript(uniqueID: Bytes) -> ChannelFacts? { channels[Array(uniqueID)] }

    /// Adds facts that an earlier run stored; keeps those already in the cache.
    package mutating func restore(_ facts: ChannelFacts) {
        guard channels[facts.uniqueID] == nil else { return }
        insert(facts)
    }

    /// Whether the event for the begin of this channel may still arrive.
    ///
    /// Channels that began before the first one whose begin was seen are not waited for.
    package func mayLearnMore(of uniqueID: Bytes) -> Bool {
        guard channels[Array(uniqueID)] == nil, let firstBegin, let begin = PBXClock.epoch(inUniqueID: uniqueID) else {
            return false
        }
        return begin >= firstBegin
    }

    /// Returns the changes since the last call.
    package mutating func takeChanges() -> [Change] {
        guard !changed.isEmpty else { return [] }
        defer { changed = [] }
        return changed.map { Change(uniqueID: $0, facts: channels[$0]?.encoded()) }
    }

    mutating func markCELSeen() { hasSeenCEL = true }

    /// Records the begin of a channel.
    mutating func begin(_ uniqueID: Bytes, linkedID: Bytes, context: Bytes, at instant: Timestamp) {
        if firstBegin == nil { firstBegin = PBXClock.epoch(inUniqueID: uniqueID) }
        update(uniqueID, linkedID: linkedID, at: instant) { facts in
            if facts.context.isEmpty { facts.context = ChannelFacts.kept(context) }
        }
    }

    /// Updates the facts of a channel; adds the channel when it is unknown.
    mutating func update(
        _ uniqueID: Bytes,
        linkedID: Bytes,
        at instant: Timestamp,
        _ change: (inout ChannelFacts) -> Void
    ) {
        guard !uniqueID.isEmpty, uniqueID.count <= ChannelFacts.longestText else { return }
        let linkedID = ChannelFacts.kept(linkedID)
        forgetOld(at: instant)
        let key = Array(uniqueID)
        if channels[key] == nil { insert(ChannelFacts(uniqueID: key, seenAt: instant)) }
        guard var facts = channels[key] else { return }
        let before = facts
        if facts.linkedID.isEmpty, !linkedID.isEmpty {
            facts.linkedID = linkedID
            channelsOfCall[facts.linkedID, default: []].append(key)
        }
        change(&facts)
        guard facts != before else { return }
        channels[key] = facts
        changed.insert(key)
    }

    /// Updates the facts of a channel if it is known.
    mutating func update(known uniqueID: Bytes, _ change: (inout ChannelFacts) -> Void) {
        let key = Array(uniqueID)
        guard var facts = channels[key] else { return }
        change(&facts)
        guard facts != channels[key] else { return }
        channels[key] = facts
        changed.insert(key)
    }

    /// How many of the latest channels of a call are searched for a phone behind a Local channel.
    private static let mostHalves = 200
    /// The longest chain of Local channels that is followed.
    private static let longestChain = 8

    /// Replaces the Local channel that answered by the phone behind it, in all channels of a call where the phone is
    /// known.
    mutating func findPhones(_ linkedID: Bytes) {
        let keys = (channelsOfCall[Array(linkedID)] ?? []).suffix(Self.mostHalves)
        var halves: [[UInt8]: ChannelFacts] = [:]
        for key in keys { if let facts = channels[key], !facts.localName.isEmpty { halves[facts.localName] = facts } }
        for key in keys {
            guard var name = channels[key]?.answeredThrough, !name.isEmpty else { continue }
            for _ in 0..<Self.longestChain {
                guard let half = halves[name] else { break }
                guard half.phone.isEmpty else {
                    update(known: key[...]) { facts in
                        facts.answeredBy = half.phone
                        facts.answeredThrough = []
                    }
                    break
                }
                name = half.nextLocal
            }
        }
    }

    /// Records the end of a channel; only the first call counts.
    mutating func end(_ uniqueID: Bytes, at instant: Timestamp) {
        let key = Array(uniqueID)
        guard channels[key] != nil, endedChannels.insert(key).inserted else { return }
        ended.append(Ended(uniqueID: key, at: instant))
    }

    /// Records the end of all channels of a call.
    mutating func endCall(_ linkedID: Bytes, at instant: Timestamp) {
        for uniqueID in channelsOfCall.removeValue(forKey: Array(linkedID)) ?? [] { end(uniqueID[...], at: instant) }
    }

    private mutating func insert(_ facts: ChannelFacts) {
        if channels.count >= limits.channels, let oldest = order.first {
            crowdedOut += 1
            forget(oldest)
        }
        channels[facts.uniqueID] = facts
        if !facts.linkedID.isEmpty { channelsOfCall[facts.linkedID, default: []].append(facts.uniqueID) }
        order.append(facts.uniqueID)
        changed.insert(facts.uniqueID)
        tidyQueues()
    }

    /// Removes forgotten channels from the queues once they are the majority; they can be stuck behind a long-lived
    /// one.
    private mutating func tidyQueues() {
        let limit = 2 * channels.count + 64
        if order.count > limit { order.keep { channels[$0] != nil } }
        if ended.count > limit { ended.keep { endedChannels.contains($0.uniqueID) } }
    }

    private mutating func forgetOld(at now: Timestamp) {
        while let first = ended.first, now.seconds - first.at.seconds > limits.grace {
            ended.removeFirst()
            if endedChannels.contains(first.uniqueID) { forget(first.uniqueID) }
        }
        while let oldest = order.first {
            guard let facts = channels[oldest] else {
                order.removeFirst()
                continue
            }
            guard now.seconds - facts.seenAt.seconds > limits.age else { break }
            forget(oldest)
        }
    }

    private mutating func forget(_ uniqueID: [UInt8]) {
        guard let facts = channels.removeValue(forKey: uniqueID) else { return }
        changed.insert(uniqueID)
        endedChannels.remove(uniqueID)
        if let place = channelsOfCall[facts.linkedID]?.firstIndex(of: uniqueID) {
            channelsOfCall[facts.linkedID]?.remove(at: place)
        }
        if channelsOfCall[facts.linkedID]?.isEmpty == true { channelsOfCall[facts.linkedID] = nil }
        if order.first == uniqueID { order.removeFirst() }
    }
}
