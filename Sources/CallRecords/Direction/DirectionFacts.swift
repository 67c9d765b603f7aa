import Basics

/// What the rules look at, found out once for a call.
struct DirectionFacts {
    let sourceType: NumberType
    let destinationType: NumberType
    let context: ContextClasses
    let destinationContext: ContextClasses
    let isLocalChannel: Bool
    let isFeatureCode: Bool
    /// `nil` also when transfers are not looked for.
    let transfer: TransferType?

    var isSourceExtension: Bool { sourceType == .extension }
    var isDestinationExtension: Bool { destinationType == .extension }

    /// What either context is for.
    var contexts: ContextClasses { context.union(destinationContext) }

    /// Rule 4: whether the call began inside.
    var isInternalOrigin: Bool {
        if isLocalChannel || context.contains(.internal) { return true }
        return !context.contains(.external) && isSourceExtension
    }

    /// Where a call from inside goes.
    var fromInside: Direction { isDestinationExtension ? .internal : .outbound }

    /// A call from outside that leaves the PBX again.
    func isLikelyForwarded(by rule: DirectionRule, _ direction: Direction) -> Bool {
        (rule == .anonymousSource || rule == .externalOrigin) && direction == .inbound && !isDestinationExtension
    }
}
