package import AMI
package import Basics

/// Makes records of events, in the order of their arrival.
package struct RecordBuilder: Sendable {
    private let hostname: String
    private var clock: PBXClock
    private var identifier: RecordIdentifier

    /// What an administrator should be told once.
    package struct Findings: Sendable, Equatable {
        /// A Cdr lacked mappings that the setup guide recommends.
        package var lacksMappings = false
        /// Times had to be taken for UTC.
        package var lacksZone = false

        package init() {}
    }

    package private(set) var findings = Findings()

    /// - Parameters:
    ///   - hostname: the name of the PBX, part of each key.
    ///   - zone: the PBX's time zone if known.
    package init(hostname: String, zone: TimeZoneRules?) {
        self.hostname = hostname
        clock = PBXClock(zone: zone)
        identifier = RecordIdentifier(host: hostname)
    }

    /// The record of a Cdr or CEL event; `nil` for any other message.
    package mutating func record(of message: Message, receivedAt: Timestamp) -> CallRecord? {
        if message.event.equalsIgnoringCase("cel") { return cel(message, receivedAt) }
        if message.event.equalsIgnoringCase("cdr") { return cdr(message, receivedAt) }
        return nil
    }

    private mutating func cdr(_ message: Message, _ receivedAt: Timestamp) -> CallRecord {
        let cdr = CDR(message, hostname: hostname, receivedAt: receivedAt, clock: &clock, identifier: &identifier)
        if !cdr.hasRecommendedMappings { findings.lacksMappings = true }
        if clock.guesses > 0 { findings.lacksZone = true }
        let linkedID = cdr.linkedID.isEmpty ? cdr.uniqueID : cdr.linkedID
        return CallRecord(
            kind: .cdr,
            id: cdr.id,
            uniqueID: cdr.uniqueID,
            linkedID: linkedID,
            time: cdr.end ?? cdr.start,
            body: cdr.encoded()
        )
    }

    private mutating func cel(_ message: Message, _ receivedAt: Timestamp) -> CallRecord {
        let cel = CEL(message, receivedAt: receivedAt, clock: &clock, identifier: &identifier)
        if clock.guesses > 0 { findings.lacksZone = true }
        let linkedID = cel.linkedID.isEmpty ? cel.uniqueID : cel.linkedID
        return CallRecord(
            kind: .cel,
            id: cel.id,
            uniqueID: cel.uniqueID,
            linkedID: linkedID,
            time: cel.time,
            body: cel.encoded()
        )
    }
}
