package import Basics

/// What a transfer asks about its channels.
extension LiveModel {
    /// The call that a channel is in.
    package func call(ofChannel id: Bytes) -> LiveCall? {
        guard let slot = channels.slot(of: id), channels[slot].call >= 0 else { return nil }
        return calls[channels[slot].call]
    }

    /// Whether two channels are alone with each other in one basic bridge.
    package func areTogether(_ one: Bytes, _ other: Bytes) -> Bool {
        guard let first = channels.slot(of: one), let second = channels.slot(of: other), first != second else {
            return false
        }
        let bridge = channels[first].bridge
        return bridge >= 0 && bridge == channels[second].bridge && bridges[bridge].kind == .basic
            && bridges[bridge].channels.count == 2
    }
}

extension LiveCall {
    /// The id of the call that a channel begins for which this Uniqueid was chosen.
    package static func id(ofChannel uniqueID: String) -> String { id(of: Array(uniqueID.utf8))[...].text }
}
