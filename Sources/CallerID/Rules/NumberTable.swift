import Basics

/// All numbers: how much each was used, who has it, and which ones are free.
///
/// **Invariants.** An active number is in the heap `ready` of each of its scopes when it is free, else in the heap
/// `waiting` of each and in the one of the table. So a decision costs a few heap operations, for any count of numbers.
/// A number that is removed while it is reserved stays as an inactive one until the reservation ends.
struct NumberTable: Sendable {
    struct Slot: Sendable {
        var number: CallerNumber
        var use = NumberUse()
        /// One for each scope.
        fileprivate(set) var members: [Int32] = []
        fileprivate(set) var isFree = false
        fileprivate(set) var isRemoved = false
        fileprivate var mark = ChangedUses.Mark()
    }

    private struct Member: Sendable {
        let slot: Int32
        let scope: Int32
    }

    private(set) var slots: [Slot?] = []
    private var slotsByNumber: [Digits: Int32] = [:]
    private var emptySlots: [Int32] = []
    private(set) var scopes: [NumberScope] = []
    private(set) var index = ScopeIndex()

    private var members: [Member] = []
    private var emptyMembers: [Int32] = []
    /// The places of members in `ready` or `waiting` of their scopes.
    private var positions: [Int32] = []
    private var heldPositions: [Int32] = []
    /// The numbers that are not free, and inactive ones that are reserved.
    private var waiting = IndexedHeap()
    private var waitPositions: [Int32] = []

    private(set) var reservations: [Int32: Reservation] = [:]
    private(set) var counts = Counts()
    private var changes = ChangedUses()
    /// Whether the table keeps the numbers that are only reserved in the order of their reservations.
    private let sharesWhenEmpty: Bool
    private let (hourlyLimit, dailyLimit): (Int32, Int32)

    struct Counts: Sendable, Equatable {
        var total = 0
        var active = 0
        var free = 0
    }

    init(_ policy: SelectionPolicy) {
        sharesWhenEmpty = policy.sharesWhenEmpty
        (hourlyLimit, dailyLimit) = (policy.hourlyLimit, policy.dailyLimit)
    }

    func slot(of number: Digits) -> Int32? { slotsByNumber[number] }

    subscript(slot: Int32) -> Slot? { slots.indices.contains(Int(slot)) ? slots[Int(slot)] : nil }

    // MARK: Numbers

    /// Adds a number, or changes the one with the same digits, whose counts and reservation stay.
    mutating func store(_ number: CallerNumber, _ time: EngineTime) {
        if let slot = slotsByNumber[number.digits], let old = slots[Int(slot)] {
            count(old, by: -1)
            leave(slot)
            var new = old
            new.isFree = false
            new.number = number
            new.isRemoved = false
            new.members = []
            slots[Int(slot)] = new
            join(slot)
            count(new, by: 1)
            place(slot, time)
        } else {
            let slot = Self.take(&emptySlots, next: slots.count)
            if slots.count == Int(slot) {
                slots.append(nil)
                waitPositions.append(-1)
            }
            let new = Slot(number: number)
            slots[Int(slot)] = new
            slotsByNumber[number.digits] = slot
            join(slot)
            count(new, by: 1)
            place(slot, time)
        }
    }

    /// Takes a number out; a reservation of it still ends by time.
    mutating func remove(_ number: Digits, _ time: EngineTime) {
        guard let slot = slotsByNumber[number], let old = slots[Int(slot)], !old.isRemoved else { return }
        count(old, by: -1)
        leave(slot)
        slots[Int(slot)]?.isRemoved = true
        slots[Int(slot)]?.members = []
        place(slot, time)
    }

    private mutating func count(_ slot: Slot, by step: Int) {
        guard !slot.isRemoved else { return }
        counts.total += step
        if slot.number.isActive { counts.active += step }
    }

    private static func take(_ empty: inout [Int32], next: Int) -> Int32 {
        empty.popLast() ?? Int32(clamping: next)
    }

    private mutating func join(_ slot: Int32) {
        guard let number = slots[Int(slot)]?.number else { return }
        for scope in index.scopes(of: number) {
            while scopes.count <= Int(scope) { scopes.append(NumberScope()) }
            let member = Self.take(&emptyMembers, next: members.count)
            if members.count == Int(member) {
                members.append(Member(slot: slot, scope: scope))
                positions.append(-1)
                heldPositions.append(-1)
            } else {
                members[Int(member)] = Member(slot: slot, scope: scope)
            }
            slots[Int(slot)]?.members.append(member)
            scopes[Int(scope)].total += 1
            if number.isActive { scopes[Int(scope)].active += 1 }
        }
    }

    private mutating func leave(_ slot: Int32) {
        takeOut(slot)
        guard let old = slots[Int(slot)] else { return }
        for member in old.members {
            let scope = Int(members[Int(member)].scope)
            scopes[scope].total -= 1
            if old.number.isActive { scopes[scope].active -= 1 }
            emptyMembers.append(member)
        }
    }

    // MARK: Free, or free later

    /// Removes a number from the heaps that it is in.
    private mutating func takeOut(_ slot: Int32) {
        if waitPositions[Int(slot)] >= 0 { waiting.remove(slot, &waitPositions) }
        guard let isFree = slots[Int(slot)]?.isFree, let list = slots[Int(slot)]?.members else { return }
        for member in list {
            let scope = Int(members[Int(member)].scope)
            if positions[Int(member)] >= 0 {
                if isFree {
                    scopes[scope].ready.remove(member, &positions)
                } else {
                    scopes[scope].waiting.remove(member, &positions)
                }
            }
            if heldPositions[Int(member)] >= 0 { scopes[scope].held.remove(member, &heldPositions) }
        }
        if isFree { counts.free -= 1 }
        slots[Int(slot)]?.isFree = false
    }

    /// Puts a number that is in no heap into the heaps where it belongs.
    private mutating func place(_ slot: Int32, _ time: EngineTime) {
        guard let entry = slots[Int(slot)] else { return }
        let isReserved = entry.use.reservedUntil > time.now
        guard !entry.isRemoved, entry.number.isActive else {
            if isReserved {
                wait(slot, entry, until: entry.use.reservedUntil)
            } else if entry.isRemoved {
                // Counts and last use go with the number.
                slots[Int(slot)] = nil
                reservations[slot] = nil
                slotsByNumber[entry.number.digits] = nil
                emptySlots.append(slot)
            }
            return
        }
        let quotaEnd = quotaEnd(of: entry, time.window)
        let end = max(isReserved ? entry.use.reservedUntil : 0, quotaEnd ?? 0)
        let isFree = end <= time.now
        let key = isFree ? entry.use.lastUsed : end
        for member in entry.members {
            let scope = Int(members[Int(member)].scope)
            let element = IndexedHeap.Entry(key: key, id: entry.number.id, member: member)
            if isFree {
                scopes[scope].ready.insert(element, &positions)
            } else {
                scopes[scope].waiting.insert(element, &positions)
            }
            if sharesWhenEmpty, isReserved, quotaEnd == nil {
                let held = IndexedHeap.Entry(key: entry.use.lastUsed, id: entry.number.id, member: member)
                scopes[scope].held.insert(held, &heldPositions)
            }
        }
        if isFree {
            counts.free += 1
            slots[Int(slot)]?.isFree = true
        } else {
            // A reserved number can be shared as soon as its quota begins again.
            let next = sharesWhenEmpty && isReserved ? min(quotaEnd ?? end, end) : end
            wait(slot, entry, until: next)
        }
    }

    private mutating func wait(_ slot: Int32, _ entry: Slot, until end: Int64) {
        waiting.insert(IndexedHeap.Entry(key: end, id: entry.number.id, member: slot), &waitPositions)
    }

    /// The time in microseconds from which a number is free; `nil` while it is out of use, 0 when it is free now.
    func freeTime(of slot: Int32, _ time: EngineTime) -> Int64? {
        guard let entry = self[slot], !entry.isRemoved, entry.number.isActive else { return nil }
        let end = max(entry.use.reservedUntil, quotaEnd(of: entry, time.window) ?? 0)
        return end > time.now ? end : 0
    }

    /// The time in microseconds at which the last quota that is used up begins again; `nil` when none is.
    private func quotaEnd(of entry: Slot, _ window: QuotaWindow) -> Int64? {
        let counts = entry.use.count(in: window)
        var end: Int64?
        if let limit = SelectionPolicy.limit(entry.number.hourlyLimit, default: hourlyLimit), counts.hour >= limit {
            end = window.hourEnd * 1_000_000
        }
        if let limit = SelectionPolicy.limit(entry.number.dailyLimit, default: dailyLimit), counts.day >= limit {
            end = max(end ?? 0, window.dayEnd * 1_000_000)
        }
        return end
    }

    /// Makes numbers free whose time has come, at most `limit`; returns how many, and those whose reservation ended.
    mutating func bringBack(limit: Int, _ time: EngineTime) -> (count: Int, ended: [Reservation]) {
        var ended: [Reservation] = []
        var count = 0
        while count < limit, let next = waiting.first, next.key <= time.now {
            count += 1
            if let reservation = endReservation(next.member, unlessAfter: time.now) { ended.append(reservation) }
            takeOut(next.member)
            place(next.member, time)
        }
        return (count, ended)
    }

    private mutating func endReservation(_ slot: Int32, unlessAfter now: Int64) -> Reservation? {
        guard let until = slots[Int(slot)]?.use.reservedUntil, until > 0, until <= now else { return nil }
        slots[Int(slot)]?.use.reservedUntil = 0
        let former = reservations.removeValue(forKey: slot)
        noteChange(slot, nil)
        return former
    }

    // MARK: Use

    /// Changes the use and the reservation of a number; returns the reservation that it had.
    mutating func update(
        _ slot: Int32,
        _ time: EngineTime,
        reservation: Reservation?,
        _ change: (inout NumberUse) -> Void
    ) -> Reservation? {
        guard var use = slots[Int(slot)]?.use else { return nil }
        change(&use)
        use.reservedUntil = reservation?.end ?? 0
        takeOut(slot)
        slots[Int(slot)]?.use = use
        let former = reservations.removeValue(forKey: slot)
        if let reservation { reservations[slot] = reservation }
        noteChange(slot, reservation)
        place(slot, time)
        return former
    }

    /// Has `takeChanges` return a number, because it could not be stored.
    mutating func markChanged(_ slot: Int32) { noteChange(slot, reservations[slot]) }

    private mutating func noteChange(_ slot: Int32, _ reservation: Reservation?) {
        guard let digits = slots[Int(slot)]?.number.digits, let use = slots[Int(slot)]?.use,
            var mark = slots[Int(slot)]?.mark
        else { return }
        changes.note(StoredUse(number: digits, use: use, reservation: reservation), &mark)
        slots[Int(slot)]?.mark = mark
    }

    /// The uses and reservations that changed since the last call.
    mutating func takeChanges() -> [StoredUse] { changes.take() }

    // MARK: Choice

    func firstReady(in scope: Int32) -> Int32? { slot(scopes[Int(scope)].ready.first) }

    func firstHeld(in scope: Int32) -> Int32? { slot(scopes[Int(scope)].held.first) }

    /// The number of a scope that is free first, and when.
    func firstWaiting(in scope: Int32) -> (slot: Int32, end: Int64)? {
        guard let first = scopes[Int(scope)].waiting.first, let slot = slot(first) else { return nil }
        return (slot, first.key)
    }

    private func slot(_ entry: IndexedHeap.Entry?) -> Int32? { entry.map { members[Int($0.member)].slot } }
}
