/// The rules, in the order in which they are tried; the first two with `DirectionPriority.origin` only.
package enum DirectionRule: String, Sendable, CaseIterable {
    /// The call came from a context that is external and not internal.
    case originExternal = "origin_external"
    /// The call came from a context that is internal and not external.
    case originInternal = "origin_internal"
    case anonymousSource = "anonymous_source"
    case betweenExtensions = "between_extensions"
    case internalDestinationContext = "internal_dcontext"
    /// Never decides: finds out where the call began, for the rules after it.
    case origin
    case transfer
    case voicemail
    case internalOrigin = "internal_origin"
    case externalOrigin = "external_origin"

    /// The rules that have numbers.
    package static let numbered = allCases.filter { !$0.asksContextFirst }

    /// The rules that are tried with this priority.
    static func rules(_ priority: DirectionPriority) -> [DirectionRule] {
        switch priority {
        case .origin: allCases
        case .dcontext: numbered
        }
    }

    /// The number of the rule in the documents, from 1; `nil` for the two that come first.
    package var number: Int? { Self.numbered.firstIndex(of: self).map { $0 + 1 } }

    private var asksContextFirst: Bool { self == .originExternal || self == .originInternal }

    /// Whether the call began inside, as the rule sees it; `nil` when the rule does not depend on it.
    func isOriginInternal(_ facts: DirectionFacts) -> Bool? {
        switch self {
        case .originExternal: false
        case .originInternal: true
        case .anonymousSource, .betweenExtensions, .internalDestinationContext: nil
        case .origin, .transfer, .voicemail, .internalOrigin, .externalOrigin: facts.isInternalOrigin
        }
    }

    /// The direction if the rule applies, else `nil`.
    func direction(_ facts: DirectionFacts) -> Direction? {
        switch self {
        case .originExternal: facts.isKnownExternal ? facts.goesOut ? .outbound : .inbound : nil
        case .originInternal: facts.isKnownInternal ? facts.goesOutFromInside ? .outbound : .internal : nil
        case .anonymousSource: facts.sourceType == .anonymous ? .inbound : nil
        case .betweenExtensions: facts.isSourceExtension && facts.isDestinationExtension ? .internal : nil
        case .internalDestinationContext: facts.destinationContext.contains(.internal) ? facts.fromInside : nil
        case .origin: nil
        case .transfer: facts.transfer.map { Self.direction(of: $0, facts) }
        case .voicemail: facts.contexts.contains(.voicemail) ? Self.voicemail(facts) : nil
        case .internalOrigin: facts.isInternalOrigin ? facts.fromInside : nil
        case .externalOrigin: facts.destinationContext.contains(.outbound) ? .outbound : .inbound
        }
    }

    private static func direction(of transfer: TransferType, _ facts: DirectionFacts) -> Direction {
        if facts.isInternalOrigin { return facts.fromInside }
        return facts.isDestinationExtension && !transfer.keepsDirection ? .internal : .inbound
    }

    private static func voicemail(_ facts: DirectionFacts) -> Direction? {
        guard facts.isInternalOrigin else { return .inbound }
        return facts.isFeatureCode ? .internal : nil
    }
}
