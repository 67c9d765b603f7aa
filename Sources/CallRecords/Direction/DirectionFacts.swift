import Basics

/// The facts that the rules use, computed once for a call.
struct DirectionFacts {
    let sourceType: NumberType
    let destinationType: NumberType
    let context: ContextClasses
    let destinationContext: ContextClasses
    let isLocalChannel: Bool
    let isFeatureCode: Bool
    /// Whether the destination contains a digit.
    let hasDestinationDigits: Bool
    /// Whether the destination is a star number that the PBX passed on, such as Israel's `*6050`.
    let isStarNumber: Bool
    /// `nil` also when transfer detection is off.
    let transfer: TransferType?

    var isSourceExtension: Bool { sourceType == .extension }
    var isDestinationExtension: Bool { destinationType == .extension }

    /// The classes of both contexts together.
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

    /// Whether the call ended in a context that is outbound and not internal.
    private var isInOutboundContext: Bool {
        destinationContext.contains(.outbound) && !destinationContext.contains(.internal)
    }

    /// Whether a call from a trunk leaves the PBX again.
    var goesOut: Bool { isInOutboundContext || destinationContext.contains(.outbound) && isDestinationNumber }

    /// Whether a call from a phone leaves the PBX.
    var goesOutFromInside: Bool { isInOutboundContext || isDestinationNumber || isStarNumber }

    /// The direction of a call that began inside.
    var fromInside: Direction { isDestinationExtension ? .internal : .outbound }

    /// Whether a call from outside probably left the PBX again.
    func isLikelyForwarded(by rule: DirectionRule, _ direction: Direction) -> Bool {
        let isFromOutside = rule == .anonymousSource || rule == .externalOrigin || rule == .originExternal
        return isFromOutside && direction == .inbound && !isDestinationExtension
    }
}
