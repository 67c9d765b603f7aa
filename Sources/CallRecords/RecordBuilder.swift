package import AMI
package import Basics

/// Makes records of events, in the order of their arrival.
package struct RecordBuilder: Sendable {
    /// What an event gave.
    package enum Outcome: Sendable {
        /// With the CDR that the record is made of, if it is none of a CEL.
        case record(CallRecord, CDR?)
        /// A CDR that a filter leaves out.
        case filtered(FilterReason, CDR)
        /// No CDR or CEL.
        case nothing
    }

    /// What an administrator should be told once.
    package struct Findings: Sendable, Equatable {
        /// A Cdr lacked mappings that the setup guide recommends.
        package var lacksMappings = false
        /// Why PBX_TZ is used no more.
        package var contradiction: ZoneContradiction?
        /// Some CDRs came, and no CEL.
        package var lacksCELs = false

        package init() {}
    }

    private let hostname: String
    /// What tells the offsets of local times.
    package var clock: PBXClock
    private var identifier: RecordIdentifier
    private var classifier: DirectionClassifier
    private var filters: CDRFilters
    private var cdrsWithoutCELs = 0

    /// What is known of the calls that go on.
    package var memory: ChannelCache

    package private(set) var findings = Findings()
    /// How many records have an uncertain time.
    package private(set) var uncertainTimes = UncertainTimes()

    /// So many CDRs without any CEL show that CEL is off.
    private static let celPatience = 20

    /// - Parameters:
    ///   - hostname: the name of the PBX, part of each key.
    ///   - zone: the PBX's time zone if known.
    ///   - spans: where its offset was certain, from an earlier run.
    package init(
        hostname: String,
        zone: TimeZoneRules?,
        policy: RecordPolicy = RecordPolicy(),
        memory: ChannelCache = ChannelCache(),
        spans: OffsetSpans = OffsetSpans()
    ) {
        self.hostname = hostname
        clock = PBXClock(zone: zone, spans: spans)
        identifier = RecordIdentifier(host: hostname)
        classifier = DirectionClassifier(policy.direction)
        filters = CDRFilters(policy.filters)
        self.memory = memory
    }

    /// Decides by other rules from now on.
    package mutating func adopt(_ policy: RecordPolicy) {
        classifier = DirectionClassifier(policy.direction)
        filters = CDRFilters(policy.filters)
    }

    /// Whether an event that this one needs may still come: a Cdr can overtake the event that tells where its channel
    /// began.
    package func awaitsMore(for message: AMIMessage) -> Bool {
        message.event.equalsIgnoringCase("cdr") && memory.mayLearnMore(of: message[.uniqueID] ?? [])
    }

    /// Makes what there is to make of an event; `memory` has learned from it before.
    ///
    /// - Parameters:
    ///   - receipt: when it was read; without its help the times of some events are not certain.
    ///   - now: decides what caches still hold.
    package mutating func outcome(
        of message: AMIMessage,
        _ receipt: Receipt,
        at now: ContinuousClock.Instant
    ) -> Outcome {
        let event = message.event
        if event.equalsIgnoringCase("cel") { return .record(cel(message, receipt), nil) }
        if event.equalsIgnoringCase("cdr") { return cdr(message, receipt, now) }
        if event.equalsIgnoringCase("newchannel") { clock.channelBegan(message.channelBegin, receipt) }
        return .nothing
    }

    /// The record of an event that is learned from at once; `nil` when there is none or a filter leaves it out.
    package mutating func record(of message: AMIMessage, _ receipt: Receipt) -> CallRecord? {
        memory.learn(message, at: receipt.at)
        guard case .record(let record, _) = outcome(of: message, receipt, at: .now) else { return nil }
        return record
    }

    /// The same for an event of which it is not known how promptly it was read.
    package mutating func record(of message: AMIMessage, receivedAt: Timestamp) -> CallRecord? {
        record(of: message, Receipt(at: receivedAt))
    }

    private mutating func cdr(
        _ message: AMIMessage,
        _ receipt: Receipt,
        _ now: ContinuousClock.Instant
    ) -> Outcome {
        let facts = memory[message[.uniqueID] ?? []]
        var input = DirectionInput(message, context: (facts?.context ?? [])[...])
        input.transfer = facts?.transfer
        let decision = classifier.decision(input, at: now)
        let cdr = CDR(
            message,
            hostname: hostname,
            receipt: receipt,
            facts: facts,
            decision: decision,
            clock: &clock,
            identifier: &identifier
        )
        find(in: cdr)
        if let reason = filters.reason(toLeaveOut: FilterInput(message, decision.metadata)) {
            return .filtered(reason, cdr)
        }
        uncertainTimes.add(cdr.timeSource)
        return .record(
            CallRecord(
                kind: .cdr,
                id: cdr.id,
                uniqueID: cdr.uniqueID,
                linkedID: cdr.linkedID.isEmpty ? cdr.uniqueID : cdr.linkedID,
                time: cdr.end ?? cdr.start,
                body: cdr.encoded()
            ),
            cdr
        )
    }

    private mutating func find(in cdr: CDR) {
        if !cdr.hasRecommendedMappings { findings.lacksMappings = true }
        findings.contradiction = clock.contradiction
        guard !memory.hasSeenCEL else { return }
        cdrsWithoutCELs += 1
        if cdrsWithoutCELs >= Self.celPatience { findings.lacksCELs = true }
    }

    private mutating func cel(_ message: AMIMessage, _ receipt: Receipt) -> CallRecord {
        let cel = CEL(message, receipt: receipt, clock: &clock, identifier: &identifier)
        findings.contradiction = clock.contradiction
        uncertainTimes.add(cel.timeSource)
        return CallRecord(
            kind: .cel,
            id: cel.id,
            uniqueID: cel.uniqueID,
            linkedID: cel.linkedID.isEmpty ? cel.uniqueID : cel.linkedID,
            time: cel.time,
            body: cel.encoded()
        )
    }
}
