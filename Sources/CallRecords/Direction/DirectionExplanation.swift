import Basics

/// The decision about the direction of a call, rule by rule.
package struct DirectionExplanation: Sendable {
    /// A rule that was tried.
    package struct Step: Sendable, Equatable {
        package let rule: DirectionRule
        /// `nil` when the rule did not apply.
        package let direction: Direction?
        /// Why the rule applied or not; contains no names or numbers of the call.
        package let reason: String
    }

    /// The result.
    package let decision: DirectionDecision
    /// The rules in the order in which they were tried; the last one decided.
    package let steps: [Step]
    /// The classes of the context that the call came from.
    package let context: ContextClasses
    /// The classes of the context that the call ended in.
    package let destinationContext: ContextClasses

    init(_ input: DirectionInput, _ facts: DirectionFacts, _ rules: [DirectionRule], detectsTransfers: Bool) {
        var steps: [Step] = []
        for rule in rules where steps.last?.direction == nil {
            let reason = Self.reason(rule, facts, hasContext: !input.context.isEmpty, detectsTransfers)
            steps.append(Step(rule: rule, direction: rule.direction(facts), reason: reason))
        }
        let last = steps.last
        decision = DirectionClassifier.decision(last?.direction ?? .inbound, last?.rule ?? .externalOrigin, facts)
        self.steps = steps
        context = facts.context
        destinationContext = facts.destinationContext
    }

    private static func reason(
        _ rule: DirectionRule,
        _ facts: DirectionFacts,
        hasContext: Bool,
        _ detectsTransfers: Bool
    ) -> String {
        let destination = facts.isDestinationExtension ? "dst is an extension" : "dst is not an extension"
        switch rule {
        case .originExternal, .originInternal:
            return origin(of: rule, facts, hasContext: hasContext)
        case .anonymousSource:
            return facts.sourceType == .anonymous ? "src is anonymous" : "src is not anonymous"
        case .betweenExtensions:
            let source = facts.isSourceExtension ? "src is an extension" : "src is not an extension"
            return "\(source), \(destination)"
        case .internalDestinationContext:
            let isInternal = facts.destinationContext.contains(.internal)
            return isInternal ? "dcontext is internal, \(destination)" : "dcontext is not internal"
        case .origin:
            return "the call began \(facts.isInternalOrigin ? "inside" : "outside"): \(origin(facts, hasContext))"
        case .transfer:
            guard let transfer = facts.transfer else {
                return detectsTransfers ? "no sign of a transfer" : "transfers are not looked for"
            }
            return "\(transfer.rawValue), \(destination)"
        case .voicemail:
            guard facts.contexts.contains(.voicemail) else { return "no context is one of voicemail" }
            guard facts.isInternalOrigin else { return "voicemail, from outside" }
            return facts.isFeatureCode ? "voicemail, dst is a feature code" : "voicemail, but dst is not a feature code"
        case .internalOrigin:
            return facts.isInternalOrigin ? "from inside, \(destination)" : "not from inside"
        case .externalOrigin:
            let isOutbound = facts.destinationContext.contains(.outbound)
            return "from outside, \(isOutbound ? "dcontext is outbound" : "dcontext is not outbound")"
        }
    }

    /// Why the context decided before all other rules, or did not.
    private static func origin(of rule: DirectionRule, _ facts: DirectionFacts, hasContext: Bool) -> String {
        let (isInternal, isExternal) = (facts.context.contains(.internal), facts.context.contains(.external))
        guard hasContext else { return "no context is known" }
        if isInternal && isExternal { return "context is internal and external" }
        if rule == .originExternal {
            guard isExternal else { return "context is not external" }
            return "context is external, the call \(facts.goesOut ? "goes out again" : "does not go out again")"
        }
        guard isInternal else { return "context is not internal" }
        return "context is internal, the call \(facts.goesOutFromInside ? "goes out" : "does not go out")"
    }

    private static func origin(_ facts: DirectionFacts, _ hasContext: Bool) -> String {
        if facts.isLocalChannel { return "a Local/ channel" }
        if facts.context.contains(.internal) { return "context is internal" }
        if facts.context.contains(.external) { return "context is external" }
        let source = facts.isSourceExtension ? "src is an extension" : "src is not an extension"
        return hasContext ? "context says nothing, \(source)" : "no context is known, \(source)"
    }
}
