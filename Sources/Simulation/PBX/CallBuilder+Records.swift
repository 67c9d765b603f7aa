import Basics

extension CallBuilder {
    /// Creates another Cdr object for a channel; each takes a sequence number, sent or not.
    mutating func openRecord(for index: Int) {
        let channel = channels[index]
        var record = PBXCallRecord(
            owner: index,
            sequence: numbering.sequence(),
            start: clock,
            destination: channel.exten,
            context: channel.context
        )
        record.answer = channel.answered == nil ? nil : clock
        record.application = channel.application
        record.applicationData = channel.applicationData
        records.append(record)
    }

    /// Changes the channel's open Cdr object.
    mutating func changeRecord(of index: Int, _ change: (inout PBXCallRecord) -> Void) {
        guard let open = records.lastIndex(where: { $0.owner == index && $0.end == nil }) else { return }
        change(&records[open])
    }

    /// Closes the channel's open Cdr object; it is sent when the channel ends.
    mutating func closeRecord(of index: Int, _ disposition: String? = nil) {
        let now = clock
        changeRecord(of: index) { record in
            record.end = now
            record.disposition = disposition ?? (record.answer == nil ? "NO ANSWER" : "ANSWERED")
        }
    }

    /// Sends the Cdrs of a channel that has ended, in the order of their creation.
    mutating func sendRecords(of index: Int) {
        while records.contains(where: { $0.owner == index && $0.end == nil }) { closeRecord(of: index) }
        for record in records where record.owner == index && record.isSent { emitCdr(record) }
    }

    /// Writes a Cdr; the headers are in the order of cdr_manager.c.
    private mutating func emitCdr(_ record: PBXCallRecord) {
        let channel = channels[record.owner]
        let peer = record.peer.map { channels[$0] }
        let dialect = dialect
        emit("Cdr", .cdr) { bytes in
            bytes.appendHeader("AccountCode", channel.party.account)
            bytes.appendHeader("Source", channel.party.number)
            bytes.appendHeader("Destination", record.destination)
            bytes.appendHeader("DestinationContext", record.context)
            bytes.appendHeader("CallerID", "\"\(channel.party.name.escapedInCallerID)\" <\(channel.party.number)>")
            bytes.appendHeader("Channel", channel.name)
            bytes.appendHeader("DestinationChannel", peer?.name ?? "")
            bytes.appendHeader("LastApplication", record.application)
            bytes.appendHeader("LastData", record.applicationData)
            dialect.appendLocalTime("StartTime", record.start, to: &bytes)
            dialect.appendLocalTime("AnswerTime", record.answer, to: &bytes)
            dialect.appendLocalTime("EndTime", record.end, to: &bytes)
            bytes.appendHeader("Duration", record.seconds(since: record.start))
            bytes.appendHeader("BillableSeconds", record.seconds(since: record.answer))
            bytes.appendHeader("Disposition", record.disposition ?? "UNKNOWN")
            bytes.appendHeader("AMAFlags", "DOCUMENTATION")
            bytes.appendHeader("UniqueID", channel.uniqueID)
            bytes.appendHeader("UserField", record.userField)
            for mapping in PBXDialect.Mapping.allCases where dialect.mappings.contains(mapping) {
                switch mapping {
                case .linkedID: bytes.appendHeader(mapping.rawValue, channel.linkedID)
                case .sequence: bytes.appendHeader(mapping.rawValue, record.sequence)
                case .peerAccount: bytes.appendHeader(mapping.rawValue, peer?.party.account ?? "")
                case .startEpoch: bytes.appendHeader(mapping.rawValue, epoch: record.start)
                case .answerEpoch: bytes.appendHeader(mapping.rawValue, epoch: record.answer)
                case .endEpoch: bytes.appendHeader(mapping.rawValue, epoch: record.end)
                }
            }
        }
    }
}
