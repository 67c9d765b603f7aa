package import AMI
package import Basics

extension CallMemory {
    /// Learns what an event tells; most tell nothing new.
    ///
    /// - Parameter instant: when it came.
    package mutating func learn(_ message: Message, at instant: Timestamp) {
        let event = message.event
        if event.equalsIgnoringCase("cel") {
            noteCEL()
            learn(cel: message, at: instant)
        } else if event.equalsIgnoringCase("newchannel") {
            begin(
                message[.uniqueID] ?? [],
                linkedID: message[.linkedID] ?? [],
                context: message[.context] ?? [],
                at: instant
            )
        } else if event.equalsIgnoringCase("hangup") {
            end(message[.uniqueID] ?? [], at: instant)
        }
    }

    private mutating func learn(cel message: Message, at instant: Timestamp) {
        let uniqueID = message[.uniqueID] ?? []
        let linkedID = message[.linkedID] ?? []
        let name = message[.eventName] ?? []
        if name.equals("LINKEDID_END") { return endCall(linkedID, at: instant) }
        if name.equals("CHAN_START") {
            begin(uniqueID, linkedID: linkedID, context: message[.context] ?? [], at: instant)
        }
        update(uniqueID, linkedID: linkedID, at: instant) { facts in
            if facts.dialledNumber.isEmpty { facts.dialledNumber = Array(message[.callerIDDNID] ?? []) }
            if message[.application]?.equalsIgnoringCase("queue") == true {
                if facts.queue.isEmpty {
                    facts.queue = Array((message[.applicationData] ?? []).prefix { $0 != ASCII.comma })
                }
                if facts.answeredBy.isEmpty, name.equals("BRIDGE_ENTER") {
                    facts.answeredBy = Self.endpoint(ofFirst: message[.peer] ?? [])
                }
            }
            if name.equals("PARK_START"), let lot = Self.extra(message)?["parking_lot"]?.string {
                facts.parkingLot = Array(lot.utf8)
            }
        }
        if name.equals("BLINDTRANSFER") { learn(.blind, message, uniqueID) }
        if name.equals("ATTENDEDTRANSFER") { learn(.attended, message, uniqueID) }
    }

    /// The transferer's channel and the one that it handed on both belong to the transfer; Asterisk writes `N/A` for a
    /// channel that it does not know (main/cel.c).
    private mutating func learn(_ transfer: TransferType, _ message: Message, _ uniqueID: Bytes) {
        update(known: uniqueID) { $0.transfer = transfer }
        guard let other = Self.extra(message)?["transferee_channel_uniqueid"]?.string else { return }
        update(known: Array(other.utf8)[...]) { $0.transfer = transfer }
    }

    private static func extra(_ message: Message) -> JSONValue? {
        message[.extra].flatMap { try? JSONParser.parse($0) }
    }

    /// `PJSIP/201` of `PJSIP/201-0000001f,PJSIP/202-00000020`.
    private static func endpoint(ofFirst peers: Bytes) -> [UInt8] {
        let first = peers.prefix { $0 != ASCII.comma }
        guard let minus = first.lastIndex(of: ASCII.minus) else { return Array(first) }
        return Array(first[..<minus])
    }
}
