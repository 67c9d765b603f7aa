/// The rules, in the order in which they are tried.
package enum DirectionRule: String, Sendable, CaseIterable {
    case anonymousSource = "anonymous_source"
    case betweenExtensions = "between_extensions"
    case internalDestinationContext = "internal_dcontext"
    /// Never decides: finds out where the call began, for the rules behind it.
    case origin
    case transfer
    case voicemail
    case internalOrigin = "internal_origin"
    case externalOrigin = "external_origin"

    /// Counted from 1, as in the documents.
    package var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    /// Whether it needs to be known where the call began.
    var looksAtOrigin: Bool {
        switch self {
        case .anonymousSource, .betweenExtensions, .internalDestinationContext: false
        case .origin, .transfer, .voicemail, .internalOrigin, .externalOrigin: true
        }
    }

    /// The direction when the rule applies.
    func direction(_ facts: DirectionFacts) -> Direction? {
        switch self {
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
