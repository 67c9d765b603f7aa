/// That an object of the model changed, and who may learn of it.
///
/// An object that is no longer found is gone: a queue that the PBX has no more.
package struct LiveChange: Sendable, Equatable {
    /// The kinds of changes.
    package enum Kind: Int, Sendable, CaseIterable {
        case callOriginated, callRinging, callEstablished, callHeld, callUnheld, callQueued, callParked
        case callTransferred, callRecording, callUpdated, callEnded, callFailed
        case agentStatus, queueActivity
        /// A bound of the model was reached: objects were ended or not taken in.
        case gap

        /// The type of the event that tells of it.
        package var eventType: String {
            switch self {
            case .callOriginated: "call:originated"
            case .callRinging: "call:ringing"
            case .callEstablished: "call:established"
            case .callHeld: "call:held"
            case .callUnheld: "call:unheld"
            case .callQueued: "call:queued"
            case .callParked: "call:parked"
            case .callTransferred: "call:transferred"
            case .callRecording: "call:recording"
            case .callUpdated: "call:updated"
            case .callEnded: "call:ended"
            case .callFailed: "call:failed"
            case .agentStatus: "agent:status"
            case .queueActivity: "queue:activity"
            case .gap: "system:gap"
            }
        }
    }

    /// Several kinds; nothing is allocated.
    struct Kinds: Sendable {
        private var bits: UInt32 = 0

        init(_ kinds: Kind...) { for kind in kinds { insert(kind) } }

        var isEmpty: Bool { bits == 0 }
        mutating func insert(_ kind: Kind) { bits |= 1 << UInt32(kind.rawValue) }
        func contains(_ kind: Kind) -> Bool { bits & 1 << UInt32(kind.rawValue) != 0 }
    }

    package let kind: Kind
    /// The call's id, the agent's extension or the queue's name; empty for `gap`.
    package let id: [UInt8]
    /// The extensions of the object after the change, and those that left it, without repetition.
    package let extensions: [[UInt8]]
}
