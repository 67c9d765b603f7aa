import Basics

/// Decides the direction of calls by the first rule that applies.
package struct DirectionClassifier: Sendable {
    /// Classifies the numbers of a call.
    package let numbers: NumberPlan
    /// What decides first: the context of origin or the numbered rules.
    package let priority: DirectionPriority
    private let rules: [DirectionRule]
    private let contexts: ContextMatcher
    private let detectsTransfers: Bool
    private var cache: ContextCache?

    /// Compiles all patterns, which takes some microseconds: create one classifier and reuse it.
    package init(_ settings: DirectionSettings = DirectionSettings()) {
        numbers = NumberPlan(settings)
        priority = settings.priority
        rules = DirectionRule.rules(settings.priority)
        contexts = ContextMatcher(custom: settings.contexts, settings.priority)
        detectsTransfers = settings.detectsTransfers
        cache = settings.cacheLifetime.map { ContextCache(lifetime: $0) }
    }

    /// The direction of a call.
    ///
    /// - Parameter now: the time for expiry in the cache; it affects nothing else.
    package mutating func decision(_ input: DirectionInput, at now: ContinuousClock.Instant) -> DirectionDecision {
        let facts = facts(
            of: input,
            context: classes(of: input.context, at: now),
            destinationContext: classes(of: input.destinationContext, at: now)
        )
        for rule in rules {
            if let direction = rule.direction(facts) { return Self.decision(direction, rule, facts) }
        }
        return Self.decision(.inbound, .externalOrigin, facts)
    }

    /// The same decision with every rule that was tried, for display.
    package func explanation(_ input: DirectionInput) -> DirectionExplanation {
        let facts = facts(
            of: input,
            context: contexts.classes(of: input.context),
            destinationContext: contexts.classes(of: input.destinationContext)
        )
        return DirectionExplanation(input, facts, rules, detectsTransfers: detectsTransfers)
    }

    static func decision(_ direction: Direction, _ rule: DirectionRule, _ facts: DirectionFacts) -> DirectionDecision {
        DirectionDecision(
            direction: direction,
            metadata: DirectionMetadata(
                sourceType: facts.sourceType,
                destinationType: facts.destinationType,
                transferType: facts.transfer,
                contexts: facts.contexts,
                isOriginatedInternally: rule.isOriginInternal(facts),
                rule: rule
            ),
            isLikelyForwarded: facts.isLikelyForwarded(by: rule, direction)
        )
    }

    private mutating func classes(of name: Bytes, at now: ContinuousClock.Instant) -> ContextClasses {
        let contexts = contexts
        return cache?.classes(of: name, at: now) { contexts.classes(of: $0) } ?? contexts.classes(of: name)
    }

    private func facts(
        of input: DirectionInput,
        context: ContextClasses,
        destinationContext: ContextClasses
    ) -> DirectionFacts {
        DirectionFacts(
            sourceType: numbers.type(of: input.source),
            destinationType: numbers.type(of: input.destination),
            context: context,
            destinationContext: destinationContext,
            isLocalChannel: input.channel.prefix(6).equalsIgnoringCase("local/"),
            isFeatureCode: numbers.isFeatureCode(input.destination),
            hasDestinationDigits: input.destination.contains(where: ASCII.isDigit),
            isStarNumber: numbers.isStarNumber(input),
            transfer: detectsTransfers ? input.transfer ?? TransferType(input) : nil
        )
    }
}
