package import AMI
package import Basics
package import CallRecords
import Delivery
package import Spool

extension CallNotes {
    /// Adds what an event contains about a call and its recordings.
    package mutating func add(_ message: AMIMessage, _ outcome: RecordBuilder.Outcome, receivedAt: Timestamp) {
        switch outcome {
        case .record(_, let cdr?), .filtered(_, let cdr):
            calls.append(CallNote(cdr, receivedAt: receivedAt))
            add(RecordingMention.mentions(inCDR: cdr), receivedAt)
        case .record(_, nil): add(RecordingMention.mentions(inCEL: message), receivedAt)
        case .nothing: add(RecordingMention.mentions(inChannelEvent: message), receivedAt)
        }
    }

    private mutating func add(_ mentions: [RecordingMention], _ receivedAt: Timestamp) {
        for mention in mentions {
            let name = RecordingName(path: mention.path[...])
            if !mention.isTold(by: name) { recordings.append(RecordingNote(mention, name, receivedAt: receivedAt)) }
        }
    }
}

extension CallNote {
    fileprivate init(_ cdr: CDR, receivedAt: Timestamp) {
        self.init(
            channel: CallKey.make(cdr.uniqueID),
            uniqueID: Array(cdr.uniqueID),
            linkedID: Array(cdr.linkedID),
            source: Array(cdr.message[.source] ?? []),
            destination: Array(cdr.message[.destination] ?? []),
            direction: cdr.direction.rawValue,
            queue: Array(cdr.queueName),
            isAnswered: cdr.isAnswered,
            billableSeconds: cdr.billableSeconds,
            receivedAt: receivedAt
        )
    }
}

extension RecordingNote {
    fileprivate init(_ mention: RecordingMention, _ name: RecordingName, receivedAt: Timestamp) {
        self.init(
            name: CallKey.make(name, of: mention.path),
            path: mention.path,
            uniqueID: mention.uniqueID,
            linkedID: mention.linkedID,
            isCertain: mention.isCertain,
            receivedAt: receivedAt
        )
    }
}
