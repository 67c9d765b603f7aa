import Basics

/// One filter: whether it leaves a CDR out, and what that is called.
enum CDRFilter: Sendable, Equatable {
    /// Calls to certain destinations that were not answered and took no time, such as dialplan that ran in `h`.
    case excludedDestination([[UInt8]])
    /// A queue that rang an agent in vain.
    case queueAttempt
    /// Calls that took no time and say nothing.
    case zeroDuration
    /// Calls that took less than so many seconds.
    case minimumDuration(Int)
    /// Calls of which a side is outside.
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

    /// Whether the CDR is one that this filter is for.
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

    /// Whether the disposition is worth a record even of a call that took no time.
    private static func saysSomething(_ cdr: FilterInput) -> Bool {
        cdr.isAnswered || cdr.disposition.equalsIgnoringCase("BUSY") || cdr.disposition.equalsIgnoringCase("FAILED")
            || cdr.disposition.equalsIgnoringCase("CONGESTION")
    }
}
