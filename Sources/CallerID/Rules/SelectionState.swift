package import Basics

/// Decides which number each call shows: all rules in one value, without I/O, clock or thread.
///
/// Times are microseconds since 1970. A decision costs a few operations on heaps, whatever the count of numbers.
///
/// **Invariants.** Unless numbers are shared, none is reserved twice at a time, and none is used above its limits of the
/// hour and the day. Of the free numbers of a tier, the one used longest ago is given, of several the lowest id.
///
/// ```swift
/// var state = SelectionState(SelectionPolicy(), at: now)
/// state.store(CallerNumber(id: 1, digits: Digits("2125551234")!, areaCode: Digits("212")!))
/// let (selection, event) = state.select(request, at: now)     // .granted, and what a journal must keep
/// ```
package struct SelectionState: Sendable {
    let policy: SelectionPolicy
    var table: NumberTable
    var time: EngineTime
    var rates = AgentRates()
    private var requests = RepeatableRequests()
    /// The trunk whose numbers were stored last.
    private var lastTrunk = ""
    /// The numbers that decisions may give; `nil` for all.
    var share: NumberShare?

    /// The numbers that one decision makes free again, at most.
    static let step = 16
    /// The numbers that a decision makes free again before it finds none.
    static let longStep = 1000

    package init(_ policy: SelectionPolicy, at now: Timestamp) {
        self.policy = policy
        table = NumberTable(policy)
        time = EngineTime(now: now.microseconds, zone: policy.zone)
    }

    // MARK: Numbers

    /// Adds a number, or changes the one with the same digits; its counts, last use and reservation stay.
    package mutating func store(_ number: CallerNumber) {
        table.store(number, time)
        if let trunk = number.places.first?.trunk { lastTrunk = trunk }
    }

    /// Takes a number out of use; its reservation ends by time.
    package mutating func remove(_ number: Digits) { table.remove(number, time) }

    // MARK: Decisions

    /// Decides which number a call shows.
    ///
    /// - Returns: the answer, and the change that it made, if any.
    package mutating func select(_ request: SelectionRequest, at now: Int64) -> (Selection, SelectionEvent?) {
        time.advance(to: now)
        if let known = repeated(request) { return (known, nil) }
        if let wait = rates.count(request.agent, at: time.now, limit: policy.requestsPerMinute) {
            return (.rateLimited(retryAfter: wait), nil)
        }
        bringBack(limit: Self.step)
        let tiers = table.tiers(of: request, isAreaCodeStrict: policy.isAreaCodeStrict)
        var choice = table.firstReady(in: tiers, share)
        if choice == nil, bringBack(limit: Self.longStep - Self.step) > 0 {
            choice = table.firstReady(in: tiers, share)
        }
        if choice == nil, policy.sharesWhenEmpty { choice = table.firstHeld(in: tiers, share) }
        guard let choice, let slot = table[choice.slot] else {
            return (unavailable(tiers, request), nil)
        }
        let end = policy.reservationSeconds > 0 ? time.now + Int64(policy.reservationSeconds) * 1_000_000 : 0
        let event = SelectionEvent.Use(of: slot.number.digits, by: request, at: time.now, reservedUntil: end)
        apply(event)
        let grant = Grant(slot.number, reservedFor: policy.reservationSeconds, tier: choice.tier)
        return (.granted(grant), .used(event))
    }

    /// Finds the number that a trunk shows; `nil` when it has none and the settings name none.
    package mutating func lookUp(_ lookup: TrunkLookup, at now: Int64) -> (TrunkNumber?, SelectionEvent?) {
        time.advance(to: now)
        bringBack(limit: Self.step)
        var lookup = lookup
        if lookup.trunk.isEmpty { lookup.trunk = policy.defaultTrunk.isEmpty ? lastTrunk : policy.defaultTrunk }
        let tiers = table.tiers(of: lookup)
        var choice = table.firstReady(in: tiers, share)
        if choice == nil, bringBack(limit: Self.longStep - Self.step) > 0 {
            choice = table.firstReady(in: tiers, share)
        }
        guard let choice, let slot = table[choice.slot] else {
            let standard = policy.defaultNumber.map {
                TrunkNumber(
                    number: $0,
                    trunk: lookup.trunk,
                    route: lookup.route.isEmpty ? policy.defaultRoute : lookup.route,
                    areaCode: .none,
                    carrier: "",
                    tier: .standard
                )
            }
            return (standard, nil)
        }
        let event = SelectionEvent.Use(of: slot.number.digits, by: nil, at: time.now, reservedUntil: 0)
        apply(event)
        let route = slot.number.route(in: lookup)
        let number = TrunkNumber(
            number: slot.number.digits.description,
            trunk: lookup.trunk,
            route: route.isEmpty ? policy.defaultRoute : route,
            areaCode: slot.number.areaCode,
            carrier: slot.number.carrier,
            tier: choice.tier
        )
        return (number, .used(event))
    }

    /// Ends a reservation before its time.
    ///
    /// - Parameters:
    ///   - holder: whose reservation it must be; `nil` ends any.
    ///   - wasUnused: takes the use off the counts of this hour and day.
    /// - Returns: `nil` when there is no such reservation.
    package mutating func release(
        _ number: Digits,
        holder: String?,
        wasUnused: Bool = false,
        at now: Int64
    ) -> SelectionEvent? {
        time.advance(to: now)
        guard let reservation = reservation(of: number) else { return nil }
        if let holder, holder.isEmpty || holder != reservation.holder { return nil }
        let event = SelectionEvent.Release(number: number, time: time.now, wasUnused: wasUnused)
        apply(event)
        return .released(event)
    }

    /// Makes numbers free whose time has come, at most `limit`; returns how many.
    ///
    /// Decisions do this too, so it only keeps `figures` current.
    package mutating func bringBack(limit: Int, at now: Int64) -> Int {
        time.advance(to: now)
        return bringBack(limit: limit)
    }

    @discardableResult
    mutating func bringBack(limit: Int) -> Int {
        let (count, ended) = table.bringBack(limit: limit, time)
        for reservation in ended { forget(reservation) }
        return count
    }

    private mutating func forget(_ reservation: Reservation) {
        guard reservation.isRepeatable else { return }
        requests.forget(reservation.holder, number: reservation.number)
    }

    func unavailable(_ tiers: [Tier], _ request: SelectionRequest) -> Selection {
        guard let first = table.firstWaiting(in: tiers) else {
            let reason: Selection.Reason =
                if tiers.contains(where: { table.scopes[Int($0.scope)].total > 0 }) {
                    .inactive
                } else if policy.isAreaCodeStrict, table.hasNumbers(for: request.campaign) {
                    .area
                } else {
                    .empty
                }
            return .unavailable(reason, retryAfter: Selection.longestWait)
        }
        let isReserved = table[first.slot]?.use.reservedUntil == first.end
        let seconds = (first.end - time.now + 999_999) / 1_000_000
        return .unavailable(
            isReserved ? .reserved : .quota,
            retryAfter: Int(min(max(seconds, 1), Int64(Selection.longestWait)))
        )
    }

    func repeated(_ request: SelectionRequest) -> Selection? {
        guard request.isRepeatable, let answer = requests[request.holder], answer.end > time.now,
            answer.destination == request.destination.digits, answer.agent == request.agent,
            let slot = table.slot(of: answer.number).flatMap({ table[$0] })
        else { return nil }
        let rest = max(slot.use.reservedUntil - time.now + 999_999, 0) / 1_000_000
        return .granted(Grant(slot.number, reservedFor: Int(rest), tier: nil))
    }

    // MARK: Events

    /// Repeats a change, such as one from a journal; a number that is not there any more is ignored.
    package mutating func apply(_ event: SelectionEvent) {
        switch event {
        case .used(let use):
            time.advance(to: use.time)
            apply(use)
        case .released(let release):
            time.advance(to: release.time)
            apply(release)
        }
    }

    private mutating func apply(_ event: SelectionEvent.Use) {
        guard let slot = table.slot(of: event.number) else { return }
        let reservation = event.reservedUntil > 0 ? Reservation(event) : nil
        let window = time.window(at: event.time)
        let former = table.update(slot, time, reservation: reservation) { $0.count(at: event.time, in: window) }
        if let former { forget(former) }
        requests.keep(event, at: time.now)
    }

    private mutating func apply(_ event: SelectionEvent.Release) {
        guard let slot = table.slot(of: event.number), let reservation = table.reservations[slot] else { return }
        let used = time.window(at: reservation.begin)
        let former = table.update(slot, time, reservation: nil) { [time] use in
            if event.wasUnused { use.discount(usedIn: used, now: time.window) }
        }
        if let former { forget(former) }
    }

    /// Sets the use and the reservation of a number, as they were stored; a number that is not there is ignored.
    package mutating func restore(_ stored: StoredUse) {
        time.advance(to: stored.use.lastUsed)
        guard let slot = table.slot(of: stored.number) else { return }
        let reservation = stored.reservation
        _ = table.update(slot, time, reservation: reservation) { $0 = stored.use }
        if let reservation { requests.keep(SelectionEvent.Use(reservation), at: time.now) }
    }

    // MARK: State

    /// The latest time that it has seen.
    var now: Int64 { time.now }

    /// The reservation of a number that has not ended.
    package func reservation(of number: Digits) -> Reservation? {
        guard let slot = table.slot(of: number), let reservation = table.reservations[slot],
            reservation.end > time.now
        else { return nil }
        return reservation
    }

    /// How much a number was used; `nil` for an unknown one.
    package func use(of number: Digits) -> NumberUse? { table.slot(of: number).flatMap { table[$0]?.use } }

    /// What a number is doing at `now`; `nil` for an unknown one.
    package mutating func occupation(of number: Digits, at now: Int64) -> NumberOccupation? {
        time.advance(to: now)
        guard let slot = table.slot(of: number), let use = table[slot]?.use else { return nil }
        let counts = use.count(in: time.window)
        return NumberOccupation(
            lastUsed: use.lastUsed,
            hourCount: Int(counts.hour),
            dayCount: Int(counts.day),
            reservation: reservation(of: number),
            freeAt: table.freeTime(of: slot, time)
        )
    }

    /// A number as it was stored; `nil` for an unknown one.
    package subscript(number: Digits) -> CallerNumber? {
        guard let slot = table.slot(of: number).flatMap({ table[$0] }), !slot.isRemoved else { return nil }
        return slot.number
    }

    /// The uses and reservations that changed since the last call.
    package mutating func takeChanges() -> [StoredUse] { table.takeChanges() }

    /// Has `takeChanges` return these numbers again, because they could not be stored.
    package mutating func markChanged(_ uses: [StoredUse]) {
        for use in uses { if let slot = table.slot(of: use.number) { table.markChanged(slot) } }
    }

    package var figures: SelectionFigures {
        SelectionFigures(
            total: table.counts.total,
            active: table.counts.active,
            free: table.counts.free,
            reservations: table.reservations.count
        )
    }

    /// How many of the active numbers of each area code in rotation are free, in no order.
    package var areas: [AreaFigures] {
        var areas: [AreaFigures] = []
        table.index.forEachArea { pool, area, scope in
            let scope = table.scopes[Int(scope)]
            guard scope.active > 0 else { return }
            areas.append(AreaFigures(pool: pool, area: area, active: scope.active, free: scope.ready.count))
        }
        return areas
    }
}

extension CallerNumber {
    /// The route of the place that fits a look-up best.
    fileprivate func route(in lookup: TrunkLookup) -> String {
        let places = places.filter { $0.trunk == lookup.trunk }
        return (places.first { $0.route == lookup.route } ?? places.first)?.route ?? ""
    }
}
