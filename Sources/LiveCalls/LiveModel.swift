package import AMI
import Basics

/// The live model of one PBX: channels, bridges, calls, agents and queues.
///
/// It is a value without I/O, clock or thread. Events and lists of AMI go in with the time at which they came; out come
/// the objects that changed. The same input gives the same model.
///
/// **Input.** `apply(_:at:)` takes an event as it came, in order; events of no use cost one look at their name. Lists
/// are the answers to CoreShowChannels, BridgeList, BridgeInfo, ParkedCalls, QueueStatus, DeviceStateList and
/// ExtensionStateList. `begin` is called before the action is sent, `apply(_:of:at:)` with the items of its answer:
/// what an item says replaces the model, and what the model had before `begin` and the list does not have is gone.
///
///     var model = LiveModel()
///     for change in model.apply(event, at: time) { publish(change.kind.eventType, change.id, to: change.extensions) }
///     let list = model.begin(.channels)
///     let reply = try await ami.send(AMIAction("CoreShowChannels", isList: true))
///     let repairs = model.apply(reply.items, of: list, at: time)
///     model.writeCall("call_1795835560.28", into: &json, at: time)
///
/// **Channels and calls.** A channel is known by its Uniqueid, from Newchannel or a list on, and only by these: other
/// events never create one. It begins in the call that has the id of its Linkedid, joins the call of the channel that
/// dials it, and then belongs where it talks: when two parties of different calls are alone in a basic bridge, the
/// younger call becomes a part of the older one. Conferences, holding bridges and calls marked by `setConsult` join
/// nothing. Both halves of a Local channel are kept, followed through, and neither counted nor shown.
///
/// **Invariants.** Each channel is in exactly one call, at most one bridge and one queue, and these have it. A call
/// without channels has ended, unless it is only requested. An ended call stays for a minute; one that was merged
/// stays, as an alias, as long as the call that it became a part of. An id is not used again while it is known.
/// Repeated and late events change nothing.
///
/// **Bounds.** `Limits`; texts are cut at 255 bytes. An event costs constant time, apart from the length of one queue
/// or bridge.
package struct LiveModel: Sendable {
    package struct Limits: Sendable {
        /// When more come, the oldest are ended.
        package var channels = 20_000
        /// More are not taken in.
        package var agents = 5000
        /// More are not taken in.
        package var queues = 500
        /// Calls that ended and are still known; also bounds calls that are only requested.
        package var endedCalls = 20_000
        /// Seconds that an ended call stays.
        package var endedSeconds = 60

        package init() {}
    }

    let limits: Limits
    let extensions: LiveExtensions
    let holdContext: [UInt8]

    var channels = LiveTable(empty: LiveChannel())
    var calls = LiveTable(empty: LiveCall())
    var bridges = LiveTable(empty: LiveBridge())
    var agents = LiveTable(empty: LiveAgent())
    var queues = LiveTable(empty: LiveQueue())
    /// Halves of Local channels by name, so that each finds the other.
    var localHalves: [LiveKey: Int] = [:]

    /// Rises whenever something begins that a list may lack only because it is over.
    var births: UInt64 = 0
    /// The time of the present event.
    var now = LiveTime.zero
    /// Whether a list is being applied: what is new in it began earlier.
    var isListing = false
    /// When the PBX started, by the monotonic clock.
    var bootedAt: Int?

    var touchedCalls: [TouchedCall] = []
    var touchedAgents: [TouchedAgent] = []
    var touchedQueues: [TouchedQueue] = []
    var changes: [LiveChange] = []

    /// Channels in the order in which they came, to find the oldest.
    var order = Queue<Birth>()
    var endedCalls = Queue<Int>()
    /// Channels that ended within the last minute, so that a late Newchannel brings none of them back.
    var endedChannels: [LiveKey: [UInt8]] = [:]
    var endedChannelOrder = Queue<EndedChannel>()
    /// Agents with work after a call.
    var wrapups: [Int] = []
    /// Scratch space for walks through bridges.
    var parties: [Int] = []
    var walkedBridges: [Int] = []
    var isWalkCut = false

    /// How many objects were ended early or not taken in because of a bound.
    package internal(set) var refused = 0

    /// - Parameter holdContext: the context of the dialplan whose extension `held` plays music to a held party.
    package init(
        extensions: LiveExtensions = .twoToSevenDigits,
        holdContext: String = "call-hold",
        limits: Limits = Limits()
    ) {
        self.extensions = extensions
        self.holdContext = Array(holdContext.utf8)
        self.limits = limits
    }

    /// The names of the events that change the model, to subscribe to.
    package static var eventNames: [String] { LiveEvent.names }

    /// Applies an event.
    ///
    /// - Returns: what changed: calls, then agents, then queues, each object once for each kind of change.
    package mutating func apply(_ event: AMIMessage, at time: LiveTime) -> [LiveChange] {
        now = time
        expire()
        if let kind = LiveEvent(event.event) { handle(kind, event) }
        return finish()
    }

    /// Ends what ends by time alone: work after calls, and what is kept of ended calls.
    ///
    /// To be called about once a second while no events come.
    package mutating func advance(to time: LiveTime) -> [LiveChange] {
        now = time
        expire()
        return finish()
    }

    /// Ends all calls: the PBX has started again.
    ///
    /// A FullyBooted event that shows a later start does the same by itself.
    package mutating func restart(at time: LiveTime) -> [LiveChange] {
        now = time
        endAll()
        return finish()
    }

    private mutating func handle(_ kind: LiveEvent, _ event: AMIMessage) {
        switch kind {
        case .newChannel: addChannel(event)
        case .newState, .channelSnapshot: updateChannel(event)
        case .rename: renameChannel(event)
        case .hangupRequest: noteHangupRequest(event)
        case .hangup: hangUp(event)
        case .hold: setHolding(event, true)
        case .unhold: setHolding(event, false)
        case .dialBegin: beginDial(event)
        case .dialState: continueDial(event)
        case .dialEnd: endDial(event)
        case .bridgeCreate: addBridge(event)
        case .bridgeEnter: enterBridge(event)
        case .bridgeLeave: leaveBridge(event)
        case .bridgeDestroy: destroyBridge(event)
        case .localBridge: pairHalves(event)
        case .blindTransfer: noteBlindTransfer(event)
        case .attendedTransfer: noteAttendedTransfer(event)
        case .parkedCall: park(event)
        case .unparkedCall: unpark(event)
        case .mixMonitorStart: setRecording(event, .on)
        case .mixMonitorStop: setRecording(event, .off)
        case .mixMonitorMute: setRecording(event, event[.state]?.equals("1") == true ? .paused : .on)
        case .queueCallerJoin: joinQueue(event)
        case .queueCallerLeave: leaveQueue(event)
        case .queueCallerAbandon: abandonQueue(event)
        case .agentConnect: connectAgent(event)
        case .agentComplete: completeAgent(event)
        case .queueMemberAdded: addMember(event)
        case .queueMemberRemoved: removeMember(event)
        case .queueMember: updateMember(event)
        case .deviceStateChange: changeDevice(event)
        case .extensionStatus: changeHint(event)
        case .fullyBooted: noteBoot(event)
        }
    }

    private mutating func noteBoot(_ event: AMIMessage) {
        guard event[.uptime] != nil else { return }
        let boot = now.monotonic &- LiveText.number(event[.uptime]) &* 1_000_000
        defer { bootedAt = boot }
        // Uptime is in whole seconds, and the event may have waited.
        guard let bootedAt, boot &- bootedAt > 10_000_000 else { return }
        endAll()
    }
}

/// A channel when it came, in the order of births.
struct Birth: Sendable {
    let slot: Int
    let born: UInt64
}

struct EndedChannel: Sendable {
    let id: [UInt8]
    let at: LiveTime
}
