import AMI
import Basics
import CallRecords
import Connector
import Reporting
import Spool

/// A decoder gives the same messages for every cut; a record is JSON in UTF-8 and not much larger than its event.
enum AMIProperties {
    private struct Decoded: Equatable {
        var frames: [[UInt8]] = []
        var skipped = 0
    }

    /// The first byte chooses limits, cuts, the zone and how promptly was read; the others are the stream.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let stream = input.dropFirst()
        var limits = MessageDecoder.Limits()
        if choice & 2 != 0 { (limits.bytes, limits.lines) = (200, 8) }
        let decoder = MessageDecoder(expectsGreeting: choice & 1 != 0, limits: limits)
        let whole = decoded(decoder) { $0(stream) }
        var pieces = Pieces(choice)
        let inPieces = decoded(decoder) { pieces.cut(stream, $0) }
        guard whole == inPieces else {
            return "\(whole.frames.count) messages and \(whole.skipped) skipped, in pieces \(inPieces.frames.count) and"
                + " \(inPieces.skipped)"
        }
        guard whole.frames.allSatisfy({ $0.count <= limits.bytes }) else { return "a message over the limit" }
        return problem(whole.frames.map { AMIMessage($0[...]) }, choice)
    }

    private static func decoded(_ decoder: MessageDecoder, _ feed: ((Bytes) -> Void) -> Void) -> Decoded {
        var (decoder, decoded) = (decoder, Decoded())
        feed { piece in
            decoder.append(piece)
            while let frame = decoder.nextFrame() { decoded.frames.append(Array(frame)) }
        }
        decoded.skipped = decoder.skippedMessages
        return decoded
    }

    /// Copied for each input: making one takes longer than a short input does.
    private static let builders = [
        RecordBuilder(hostname: "pbx", zone: nil),
        RecordBuilder(hostname: "pbx", zone: try? TimeZoneRules(named: "America/Toronto")),
    ]
    private static let receipts = [
        Receipt(at: receivedAt), Receipt(at: receivedAt, instant: now, delay: .seconds(1), isPrompt: true),
    ]
    private static let now = ContinuousClock.now
    private static let receivedAt = Timestamp(seconds: 1_795_224_725)

    private static func problem(_ messages: [AMIMessage], _ choice: UInt8) -> String? {
        guard messages.contains(where: { $0.kind == .event }) else { return nil }
        var builder = builders[choice & 4 == 0 ? 0 : 1]
        let receipt = receipts[choice & 8 == 0 ? 0 : 1]
        var notes = CallNotes()
        for message in messages {
            let parts = message.headers.reduce(0) { $0 + $1.name.count + $1.value.count }
            guard parts <= message.bytes.count else { return "headers of \(parts) bytes" }
            builder.memory.learn(message, at: receivedAt)
            _ = builder.awaitsMore(for: message)
            let outcome = builder.outcome(of: message, receipt, at: now)
            notes.add(message, outcome, receivedAt: receivedAt)
            guard case .record(let record, _) = outcome else { continue }
            if let problem = problem(with: record, of: message) { return problem }
        }
        let size = messages.reduce(0) { $0 + $1.bytes.count }
        let noted = notes.recordings.reduce(0) { $0 + $1.path.count + $1.uniqueID.count + $1.linkedID.count }
        guard noted <= 12 * size else { return "notes of \(noted) bytes from \(size)" }
        for change in builder.memory.takeChanges() {
            guard let facts = change.facts else { continue }
            guard ChannelFacts(decoding: facts) != nil else { return "what is known of a channel cannot be read back" }
        }
        return nil
    }

    private static func problem(with record: CallRecord, of message: AMIMessage) -> String? {
        guard String(validating: record.body, as: UTF8.self) != nil else { return "a record that is not UTF-8" }
        guard case .object(let members)? = try? JSONParser.parse(record.body[...]) else {
            return "a record that is not a JSON object: \(record.body[...].text)"
        }
        guard Set(members.map(\.name)).count == members.count else { return "a record with two members of one name" }
        // An event may come into five members, a byte of it as six.
        let size = record.body.count
        guard size <= 32 * message.bytes.count + 2048 else { return "a record of \(size) bytes" }
        let stored = NewRecord(record, receivedAt: receivedAt)
        return stored.body == record.body ? nil : "a record that changed on its way to the spool"
    }
}
