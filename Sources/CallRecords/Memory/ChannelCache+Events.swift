package import AMI
package import Basics

extension ChannelCache {
    /// Updates the cache from an event; most events change nothing.
    ///
    /// - Parameter instant: when the event arrived.
    package mutating func learn(_ message: AMIMessage, at instant: Timestamp) {
        let event = message.event
        if event.equalsIgnoringCase("cel") {
            markCELSeen()
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

    private mutating func learn(cel message: AMIMessage, at instant: Timestamp) {
        let uniqueID = message[.uniqueID] ?? []
        let linkedID = message[.linkedID] ?? []
        let name = message[.eventName] ?? []
        if name.equals("LINKEDID_END") { return endCall(linkedID, at: instant) }
        if name.equals("CHAN_START") {
            begin(uniqueID, linkedID: linkedID, context: message[.context] ?? [], at: instant)
        }
        update(uniqueID, linkedID: linkedID, at: instant) { facts in
            if facts.dialledNumber.isEmpty { facts.dialledNumber = ChannelFacts.kept(message[.callerIDDNID] ?? []) }
            if message[.application]?.equalsIgnoringCase("queue") == true {
                if facts.queue.isEmpty {
                    facts.queue = ChannelFacts.kept((message[.applicationData] ?? []).prefix { $0 != ASCII.comma })
                }
                if facts.answeredBy.isEmpty, name.equals("BRIDGE_ENTER") {
                    let peer = (message[.peer] ?? []).prefix { $0 != ASCII.comma }
                    facts.answeredBy = ChannelFacts.kept(ChannelName.endpoint(peer)[...])
                    facts.answeredThrough = ChannelFacts.kept((ChannelName.local(peer) ?? [])[...])
                }
            }
            if name.equals("PARK_START"), let lot = Self.extra(message)?["parking_lot"]?.string {
                facts.parkingLot = ChannelFacts.kept(Array(lot.utf8)[...])
            }
        }
        if name.equals("BRIDGE_ENTER") { learnLocal(message, linkedID: linkedID, at: instant) }
        if name.equals("BLINDTRANSFER") { learn(.blind, message, uniqueID) }
        if name.equals("ATTENDEDTRANSFER") { learn(.attended, message, uniqueID) }
    }

    /// Marks the transferer's channel and the transferred one; Asterisk writes `N/A` for a channel that it does not
    /// know (main/cel.c).
    private mutating func learn(_ transfer: TransferType, _ message: AMIMessage, _ uniqueID: Bytes) {
        update(known: uniqueID) { $0.transfer = transfer }
        guard let other = Self.extra(message)?["transferee_channel_uniqueid"]?.string else { return }
        update(known: Array(other.utf8)[...]) { $0.transfer = transfer }
    }

    private static func extra(_ message: AMIMessage) -> JSONValue? {
        message[.extra].flatMap { try? JSONParser.parse($0) }
    }

    /// Finds the phone behind a Local channel.
    ///
    /// A member of a FreePBX queue is `Local/201@from-queue`; the other half of that channel calls the phone. Whichever
    /// of the two enters their bridge second names the other as its peer.
    private mutating func learnLocal(_ message: AMIMessage, linkedID: Bytes, at instant: Timestamp) {
        let channel = message[.channel] ?? []
        let peer = (message[.peer] ?? []).prefix { $0 != ASCII.comma }
        guard !peer.isEmpty else { return }
        if let name = ChannelName.local(channel), ChannelName.isSecondHalf(channel) {
            update(message[.uniqueID] ?? [], linkedID: linkedID, at: instant) { facts in
                facts.localName = ChannelFacts.kept(name[...])
                if let next = ChannelName.local(peer) {
                    facts.nextLocal = ChannelFacts.kept(next[...])
                } else {
                    facts.phone = ChannelFacts.kept(ChannelName.endpoint(peer)[...])
                }
            }
        } else if let name = ChannelName.local(peer), ChannelName.isSecondHalf(peer), ChannelName.local(channel) == nil
        {
            update(message[.uniqueID] ?? [], linkedID: linkedID, at: instant) { facts in
                facts.localName = ChannelFacts.kept(name[...])
                facts.phone = ChannelFacts.kept(ChannelName.endpoint(channel)[...])
            }
        } else if ChannelName.local(peer) == nil {
            return
        }
        findPhones(linkedID)
    }
}
