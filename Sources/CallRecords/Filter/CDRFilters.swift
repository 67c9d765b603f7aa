/// The enabled filters, in their order.
package struct CDRFilters: Sendable {
    private let filters: [CDRFilter]

    package init(_ settings: FilterSettings = FilterSettings()) {
        var filters: [CDRFilter] = []
        if !settings.excludedDestinations.isEmpty {
            filters.append(.excludedDestination(settings.excludedDestinations.map { Array($0.utf8) }))
        }
        if settings.leavesOutQueueAttempts { filters.append(.queueAttempt) }
        if settings.leavesOutZeroDuration { filters.append(.zeroDuration) }
        if settings.minimumDuration > 0 { filters.append(.minimumDuration(settings.minimumDuration)) }
        if settings.internalOnly { filters.append(.notInternal) }
        self.filters = settings.isEnabled ? filters : []
    }

    /// The reason of the first filter that drops the CDR; `nil` when the CDR is sent.
    package func reason(toLeaveOut cdr: FilterInput) -> FilterReason? {
        filters.first { $0.leavesOut(cdr) }?.reason
    }
}
