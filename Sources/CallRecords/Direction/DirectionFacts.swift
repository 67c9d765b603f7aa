import Basics

/// What the rules look at, found out once for a call.
struct DirectionFacts {
    let sourceType: NumberType
    let destinationType: NumberType
    let context: ContextClasses
    let destinationContext: ContextClasses
    let isLocalChannel: Bool
    let isFeatureCode: Bool
    /// Whether there is a digit in the destination.
    let hasDestinationDigits: Bool
    /// Whether the destination is a star number that was dialled on, such as Israel's `*6050`.
    let isStarNumber: Bool
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

    /// Whether the context that the call came from is external and not internal.
    var isKnownExternal: Bool { context.contains(.external) && !context.contains(.internal) }

    /// Whether the context that the call came from is internal and not external.
    var isKnownInternal: Bool { context.contains(.internal) && !context.contains(.external) }

    private var isDestinationNumber: Bool { hasDestinationDigits && !isDestinationExtension }

    /// Whether the call ended in a context that is for nothing but calls out.
    private var isInOutboundContext: Bool {
        destinationContext.contains(.outbound) && !destinationContext.contains(.internal)
    }

    /// Whether a call from a trunk leaves the PBX again.
    var goesOut: Bool { isInOutboundContext || destinationContext.contains(.outbound) && isDestinationNumber }

    /// Whether a call from a phone leaves the PBX.
    var goesOutFromInside: Bool { isInOutboundContext || isDestinationNumber || isStarNumber }

    /// Where a call from inside goes.
    var fromInside: Direction { isDestinationExtension ? .internal : .outbound }

    /// A call from outside that leaves the PBX again.
    func isLikelyForwarded(by rule: DirectionRule, _ direction: Direction) -> Bool {
        let isFromOutside = rule == .anonymousSource || rule == .externalOrigin || rule == .originExternal
        return isFromOutside && direction == .inbound && !isDestinationExtension
    }
}
