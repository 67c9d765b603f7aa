/// One step of a search: the numbers of one scope.
struct Tier: Sendable {
    let name: SelectionTier
    let scope: Int32
}

extension NumberTable {
    /// The steps of the search for a request: pool and area code, pool, area code, any.
    ///
    /// Without a pool of the campaign's name the first two are missing; with strict area codes the second and fourth.
    func tiers(of request: SelectionRequest, isAreaCodeStrict: Bool) -> [Tier] {
        var tiers: [Tier] = []
        if !request.campaign.isEmpty, let all = index.all(ofPool: request.campaign) {
            if let area = area(request, inPool: request.campaign) {
                tiers.append(Tier(name: .poolAndArea, scope: area))
            }
            if !isAreaCodeStrict { tiers.append(Tier(name: .pool, scope: all)) }
        }
        if let area = area(request, inPool: "") { tiers.append(Tier(name: .area, scope: area)) }
        if !isAreaCodeStrict, let all = index.all(ofPool: "") { tiers.append(Tier(name: .any, scope: all)) }
        return tiers
    }

    /// The scope of the longest area code of a pool that has numbers and begins the destination.
    private func area(_ request: SelectionRequest, inPool pool: String) -> Int32? {
        index.area(ofPool: pool, of: request.destination.significant) { scopes[Int($0)].total > 0 }
    }

    /// The steps of a look-up by trunk.
    func tiers(of lookup: TrunkLookup) -> [Tier] {
        index.scopes(of: lookup).map { Tier(name: $0.0, scope: $0.1) }
    }

    /// The free number that was used longest ago, of the first step that has a free one.
    func firstReady(in tiers: [Tier], _ share: NumberShare?) -> (slot: Int32, tier: SelectionTier)? {
        for tier in tiers { if let slot = firstReady(in: tier.scope, share) { return (slot, tier.name) } }
        return nil
    }

    /// The number whose reservation is oldest, of the first step that has one with a quota left.
    func firstHeld(in tiers: [Tier], _ share: NumberShare?) -> (slot: Int32, tier: SelectionTier)? {
        for tier in tiers { if let slot = firstHeld(in: tier.scope, share) { return (slot, tier.name) } }
        return nil
    }

    private func firstReady(in scope: Int32, _ share: NumberShare?) -> Int32? {
        first(of: scopes[Int(scope)].ready, share)
    }

    private func firstHeld(in scope: Int32, _ share: NumberShare?) -> Int32? {
        first(of: scopes[Int(scope)].held, share)
    }

    /// The first number of a heap, of those in a share.
    private func first(of heap: IndexedHeap, _ share: NumberShare?) -> Int32? {
        guard let share else { return slot(heap.first) }
        return slot(
            heap.first { entry in
                slot(entry).flatMap { self[$0] }.map { share.contains($0.number.digits) } ?? false
            }
        )
    }

    /// The number of all steps that is free first; `nil` when none is active.
    func firstWaiting(in tiers: [Tier]) -> (slot: Int32, end: Int64)? {
        tiers.compactMap { firstWaiting(in: $0.scope) }.min { $0.end < $1.end }
    }

    /// Whether a campaign could use any number if area codes did not count.
    func hasNumbers(for campaign: String) -> Bool {
        [campaign, ""].compactMap(index.all(ofPool:)).contains { scopes[Int($0)].total > 0 }
    }
}
