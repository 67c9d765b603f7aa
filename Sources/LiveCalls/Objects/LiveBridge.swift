import Basics

/// One bridge of the PBX.
package struct LiveBridge: Sendable {
    /// What a bridge does with calls.
    enum Kind: Sendable {
        /// Joins the calls of the two parties in it.
        case basic
        /// Joins nothing: a conference.
        case conference
        /// Joins nothing, and nobody in it talks: parking, queues of agents.
        case holding
    }

    package internal(set) var id: [UInt8] = []
    package internal(set) var type: [UInt8] = []
    package internal(set) var technology: [UInt8] = []
    /// The slots of its channels, in the order of their entries.
    var channels: [Int] = []
    var born: UInt64 = 0

    var kind: Kind {
        if technology[...].equals("holding_bridge") || type[...].equals("parking") || type[...].equals("holding") {
            return .holding
        }
        return type[...].equals("base") || technology[...].equals("softmix") ? .conference : .basic
    }
}
