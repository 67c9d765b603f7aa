import Basics

/// One filter: whether it drops a CDR, and the reason that it reports.
enum CDRFilter: Sendable, Equatable {
    /// Calls to certain destinations that were not answered and have no duration, such as dialplan that ran in `h`.
    case excludedDestination([[UInt8]])
    /// An attempt of a queue to call an agent who did not answer.
    case queueAttempt
    /// Calls without a duration whose disposition carries no information.
    case zeroDuration
    /// Calls shorter than this number of seconds.
    case minimumDuration(Int)
    /// Calls in which one side is not an extension.
    case notInternal

    var reason: FilterReason {
        switch self {
        case .excludedDestination: .excludedDestination
        case .queueAttempt: .queueAttempt
        case .zeroDuration: .zeroDuration
        case .minimumDuration: .minimumDuration
        case .notInternal: .notInternal
        }
    }

    /// Whether this filter drops the CDR.
    func leavesOut(_ cdr: FilterInput) -> Bool {
        switch self {
        case .excludedDestination(let names):
            !cdr.isAnswered && cdr.duration == 0 && cdr.billableSeconds == 0
                && names.contains { $0[...] == cdr.destination }
        case .queueAttempt:
            (cdr.destination.equals("s") || cdr.destination.equals("h")) && cdr.duration == 0
                && cdr.disposition.equalsIgnoringCase("NO ANSWER")
        case .zeroDuration: cdr.duration == 0 && cdr.billableSeconds == 0 && !Self.saysSomething(cdr)
        case .minimumDuration(let seconds): cdr.duration < seconds
        case .notInternal: cdr.sourceType != .extension || cdr.destinationType != .extension
        }
    }

    /// Whether the disposition is worth a record even for a call without a duration.
    private static func saysSomething(_ cdr: FilterInput) -> Bool {
        cdr.isAnswered || cdr.disposition.equalsIgnoringCase("BUSY") || cdr.disposition.equalsIgnoringCase("FAILED")
            || cdr.disposition.equalsIgnoringCase("CONGESTION")
    }
}
