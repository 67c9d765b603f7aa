package import AMI
package import Basics

/// Makes records from events, in the order of their arrival.
package struct RecordBuilder: Sendable {
    /// The result for one event.
    package enum Outcome: Sendable {
        /// A record, with the CDR that it was made from; `nil` for a CEL.
        case record(CallRecord, CDR?)
        /// A CDR that a filter drops.
        case filtered(FilterReason, CDR)
        /// The event is neither a CDR nor a CEL.
        case nothing
    }

    /// Findings that are reported to the administrator once.
    package struct Findings: Sendable, Equatable {
        /// Whether a Cdr lacked mappings that the setup guide recommends.
        package var lacksMappings = false
        /// Why PBX_TZ is no longer used.
        package var contradiction: ZoneContradiction?
        /// Whether 20 CDRs arrived before any CEL.
        package var lacksCELs = false

        package init() {}
    }

    private let hostname: String
    /// Converts local times to UTC.
    package var clock: PBXClock
    private var identifier: RecordIdentifier
    private var classifier: DirectionClassifier
    private var filters: CDRFilters
    private var cdrsWithoutCELs = 0

    /// Facts about the channels of current calls.
    package var memory: ChannelCache

    /// What was found so far.
    package private(set) var findings = Findings()
    /// How many records have an uncertain time.
    package private(set) var uncertainTimes = UncertainTimes()

    /// After this many CDRs without any CEL, CEL counts as turned off.
    private static let mostCDRsWithoutCELs = 20

    /// - Parameters:
    ///   - hostname: the name of the PBX, part of each key.
    ///   - zone: the PBX's time zone if it is known.
    ///   - spans: the certain offsets that an earlier run stored.
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

    /// Replaces the rules for direction and filters, for later events.
    package mutating func adopt(_ policy: RecordPolicy) {
        classifier = DirectionClassifier(policy.direction)
        filters = CDRFilters(policy.filters)
    }

    /// Whether an event that this one needs may still arrive: a Cdr can overtake the event with the context where its
    /// channel began.
    package func awaitsMore(for message: AMIMessage) -> Bool {
        message.event.equalsIgnoringCase("cdr") && memory.mayLearnMore(of: message[.uniqueID] ?? [])
    }

    /// Makes the record of an event; call `memory.learn` with the event first.
    ///
    /// - Parameters:
    ///   - receipt: when the event was read; some times are only certain with its help.
    ///   - now: the time for expiry in the cache.
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

    /// Calls `memory.learn` and returns the record of the event; `nil` when there is none or a filter drops it.
    package mutating func record(of message: AMIMessage, _ receipt: Receipt) -> CallRecord? {
        memory.learn(message, at: receipt.at)
        guard case .record(let record, _) = outcome(of: message, receipt, at: .now) else { return nil }
        return record
    }

    /// The same for an event when it is unknown how promptly it was read.
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
        if cdrsWithoutCELs >= Self.mostCDRsWithoutCELs { findings.lacksCELs = true }
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
