/// Which number a request would get, and why: each step of the search, without a decision.
package struct SelectionExplanation: Sendable, Equatable {
    /// One step of the search.
    package struct Step: Sendable, Equatable {
        package let tier: SelectionTier
        /// The numbers in it, of which the others are parts.
        package var total = 0
        package var free = 0
        /// Reserved for another call.
        package var reserved = 0
        /// Not reserved, but used as often as the hour or the day allows.
        package var usedUp = 0
        /// Out of use.
        package var inactive = 0
        /// The number that it would give; `nil` when none is free.
        package var number: Digits?
        /// That of its numbers; empty for a step that looks at all area codes.
        package var areaCode = Digits.none
    }

    /// In the order of the search; a pool or an area code without numbers has no step.
    package var steps: [Step] = []
    /// What the request would get.
    package var answer: Selection
    /// Whether the number would be shared with the call that has it.
    package var isShared = false
}

extension SelectionState {
    /// Explains the answer that `select` would give at `now`; the work grows with the numbers of the steps.
    ///
    /// Nothing is counted or reserved.
    package mutating func explain(_ request: SelectionRequest, at now: Int64) -> SelectionExplanation {
        time.advance(to: now)
        bringBack(limit: Self.longStep)
        let tiers = table.tiers(of: request, isAreaCodeStrict: policy.isAreaCodeStrict)
        let steps = tiers.map(step)
        if let known = repeated(request) { return SelectionExplanation(steps: steps, answer: known) }
        if let wait = rates.wait(request.agent, at: time.now, limit: policy.requestsPerMinute) {
            return SelectionExplanation(steps: steps, answer: .rateLimited(retryAfter: wait))
        }
        let ready = table.firstReady(in: tiers, share)
        let choice = ready ?? (policy.sharesWhenEmpty ? table.firstHeld(in: tiers, share) : nil)
        guard let choice, let slot = table[choice.slot] else {
            return SelectionExplanation(steps: steps, answer: unavailable(tiers, request))
        }
        let grant = Grant(slot.number, reservedFor: policy.reservationSeconds, tier: choice.tier)
        return SelectionExplanation(steps: steps, answer: .granted(grant), isShared: ready == nil)
    }

    private func step(_ tier: Tier) -> SelectionExplanation.Step {
        let scope = table.scopes[Int(tier.scope)]
        var step = SelectionExplanation.Step(tier: tier.name)
        step.total = scope.total
        step.free = scope.ready.count
        step.inactive = scope.total - scope.active
        let waiting = table.waitingSlots(in: tier.scope).compactMap { table[$0] }
        step.reserved = waiting.count { $0.use.reservedUntil > time.now }
        step.usedUp = waiting.count - step.reserved
        let first = table.firstReady(in: [tier], share).flatMap { table[$0.slot] }
        step.number = first?.number.digits
        if [.area, .poolAndArea].contains(tier.name) {
            step.areaCode = (first ?? waiting.first)?.number.areaCode ?? .none
        }
        return step
    }
}

extension NumberTable {
    /// The active numbers of a scope that are not free, in no order; the work grows with their count.
    fileprivate func waitingSlots(in scope: Int32) -> [Int32] {
        scopes[Int(scope)].waiting.entries.compactMap { slot($0) }
    }
}
