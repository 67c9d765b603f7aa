import Basics
import CallRecords

/// Decides the direction of calls, and which filter drops them.
struct CallJudge {
    private var classifier: DirectionClassifier
    private let filters: CDRFilters

    init(_ policy: RecordPolicy) {
        classifier = DirectionClassifier(policy.direction)
        filters = CDRFilters(policy.filters)
    }

    /// The call as one line of JSON: its input and the decision.
    mutating func line(_ call: ClassifiableCall, at now: ContinuousClock.Instant) -> [UInt8] {
        let decision = classifier.decision(call.input, at: now)
        let reason = filters.reason(toLeaveOut: FilterInput(call, decision.metadata))
        var json = JSONWriter(capacity: call.members.count + 512)
        json.beginObject()
        if !call.members.isEmpty { json.raw(call.members) }
        json.key("direction")
        json.string(decision.direction.rawValue)
        json.key("direction_metadata")
        decision.metadata.encode(into: &json)
        json.key("filtered_by")
        json.stringOrNull(reason?.rawValue)
        json.endObject()
        return json.bytes + [ASCII.newline]
    }

    /// The steps of the decision as text.
    func explanation(_ call: ClassifiableCall, line: Int) -> [UInt8] {
        let explanation = classifier.explanation(call.input)
        let reason = filters.reason(toLeaveOut: FilterInput(call, explanation.decision.metadata))
        return Array(ExplanationText.text(line: line, call.input, classifier.priority, explanation, reason).utf8)
    }
}

extension FilterInput {
    fileprivate init(_ call: ClassifiableCall, _ metadata: DirectionMetadata) {
        self.init(
            destination: call.input.destination,
            disposition: call.disposition,
            duration: call.duration,
            billableSeconds: call.billableSeconds,
            sourceType: metadata.sourceType,
            destinationType: metadata.destinationType
        )
    }
}
