import Basics

/// One call: the channels that talk with each other, wait for each other or ring for each other.
package struct LiveCall: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case originating, ringing, up, held, queued, parked, transferring, ended
    }

    package enum Direction: String, Sendable { case `internal`, inbound, outbound }

    package struct QueueVisit: Sendable, Equatable {
        package internal(set) var name: [UInt8]
        package internal(set) var joinedAt: LiveTime
        package internal(set) var connectedAt: LiveTime?
        /// Whether it was counted as completed or abandoned.
        var isCounted = false

        /// The caller hung up while waiting.
        package var isAbandoned: Bool { isCounted && connectedAt == nil }
    }

    package struct Hold: Sendable, Equatable {
        package enum Method: String, Sendable { case phone, redirect, notify }

        /// The extension that holds, or `remote`; empty when unknown.
        package internal(set) var by: [UInt8]
        package internal(set) var method: Method
        package internal(set) var since: LiveTime
    }

    package struct Hangup: Sendable, Equatable {
        package internal(set) var cause: Int
        package internal(set) var text: [UInt8]
        /// The extension that hung up, or `remote`; empty when nobody is known.
        package internal(set) var by: [UInt8]
    }

    /// What the PBX does not tell: kept as the service says, and shown with the call.
    package struct Notes: Sendable, Equatable {
        /// Made by a request, and not at the PBX.
        package var isFromAPI = false
        package var variables: [(name: [UInt8], value: [UInt8])] = []
        package var recordingFile: [UInt8] = []
        package var mixMonitorID: [UInt8] = []
        package var recordingStartedBy: [UInt8] = []
        package var transferID: [UInt8] = []
        /// Whether a transfer of the service is at work: the call is `transferring`.
        package var isTransferring = false
        /// Whether holds at the phone were asked for by a NOTIFY.
        package var isHeldByNotify = false

        package init() {}

        package static func == (left: Notes, right: Notes) -> Bool {
            left.isFromAPI == right.isFromAPI && left.recordingFile == right.recordingFile
                && left.mixMonitorID == right.mixMonitorID && left.recordingStartedBy == right.recordingStartedBy
                && left.transferID == right.transferID && left.isTransferring == right.isTransferring
                && left.isHeldByNotify == right.isHeldByNotify
                && left.variables.elementsEqual(right.variables) { $0.name == $1.name && $0.value == $1.value }
        }
    }

    package internal(set) var id: [UInt8] = []
    package internal(set) var linkedID: [UInt8] = []
    package internal(set) var state = State.originating
    package internal(set) var direction = Direction.internal
    /// The agent in it: the one who talks, else the first; kept when none is left.
    package internal(set) var `extension`: [UInt8] = []
    package internal(set) var remoteNumber: [UInt8] = []
    package internal(set) var remoteName: [UInt8] = []
    package internal(set) var createdAt = LiveTime.zero
    /// When two parties talked for the first time.
    package internal(set) var answeredAt: LiveTime?
    package internal(set) var endedAt: LiveTime?
    /// The extensions with a channel in it now; of an ended call, the first 64 that ever had one.
    package internal(set) var agentExtensions: [[UInt8]] = []
    package internal(set) var queue: QueueVisit?
    package internal(set) var hold: Hold?
    package internal(set) var hangup: Hangup?
    /// The call that it became a part of; empty for none.
    package internal(set) var mergedInto: [UInt8] = []
    package internal(set) var notes = Notes()
    package internal(set) var version = 0

    /// The slots of its channels, Local ones too, in the order in which they came.
    var channels: [Int] = []
    var counts = LiveCounts()
    var participants: [[UInt8]] = []
    /// The id of the call that this one consults for, with which it is not merged; empty for none.
    var consultOf: [UInt8] = []
    /// The calls that were merged into this one, kept as long as this one.
    var aliases: [Int] = []
    /// The call that it became a part of; -1 for none.
    var survivor = -1
    /// The id of the call that has its Linkedid after its end; empty for none.
    var successor: [UInt8] = []
    /// Asked for, and without a channel so far.
    var isRequested = false
    /// The first channel was dialled by the PBX itself.
    var isOriginated = false
    var (isFromRemote, hasRemote) = (false, false)
    /// When a channel of it was sent elsewhere, until it talks there.
    var blindTransferredAt: LiveTime?
    /// The Uniqueid of the channel that last ended an attended transfer of it.
    var transferredBy: [UInt8] = []
    /// Who asked to hang up since the call was last connected.
    var hangupBy: [UInt8] = []
    /// The number that the first channel dialled.
    var dialled: [UInt8] = []
    var born: UInt64 = 0
    /// Its place among the calls that the present event changed; -1 for none.
    var touched = -1

    /// The most extensions that an ended call shows, and the most ids that it is known by.
    static let (mostParticipants, mostAliases) = (64, 16)

    package var recording: LiveChannel.Recording {
        if counts[.recorded] > 0 { return .on }
        if counts[.paused] > 0 { return .paused }
        return counts[.perhapsRecorded] > 0 ? .unknown : .off
    }

    /// The state that follows from the channels.
    var derivedState: State {
        if channels.isEmpty && !isRequested { return .ended }
        if counts[.parked] > 0 { return .parked }
        if counts[.waiting] > 0 { return .queued }
        if notes.isTransferring || blindTransferredAt != nil { return .transferring }
        if counts[.holding] > 0 || counts[.heldByRedirect] > 0 { return .held }
        if counts[.connected] > 0 { return .up }
        if counts[.ringing] > 0 { return .ringing }
        if counts[.pending] > 0 { return counts[.up] > 0 ? .ringing : .originating }
        return counts[.up] > 0 ? .up : .originating
    }

    /// The id of a call that was first seen under a Linkedid.
    static func id(of linkedID: [UInt8]) -> [UInt8] {
        Array("call_".utf8) + linkedID.map { isPlain($0) ? $0 : UInt8(ascii: "_") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == ASCII.dot
            || byte == ASCII.minus || byte == UInt8(ascii: "_")
    }
}
