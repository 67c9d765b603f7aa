import Basics

/// All numbers: how much each was used, who has it, and which ones are free.
///
/// **Invariants.** An active number is in the heap `ready` of each of its scopes when it is free, else in the heap
/// `waiting` of each and in the one of the table. So a decision costs a few heap operations, for any count of numbers.
/// A number that is removed while it is reserved stays as an inactive one until the reservation ends.
struct NumberTable: Sendable {
    /// A number in a scope.
    private struct Member: Sendable {
        let slot: Int32
        let scope: Int32
        /// The next member of the same number; -1 after the last one.
        let next: Int32
    }

    private var slots: [Slot] = []
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

    /// The slots, also the empty ones.
    var slotRange: Range<Int32> { 0..<Int32(clamping: slots.count) }

    subscript(slot: Int32) -> Slot? {
        guard slots.indices.contains(Int(slot)), !slots[Int(slot)].isEmpty else { return nil }
        return slots[Int(slot)]
    }

    // MARK: Numbers

    /// Adds a number, or changes the one with the same digits, whose counts and reservation stay.
    mutating func store(_ number: CallerNumber, _ time: EngineTime) {
        let slot: Int32
        if let known = slotsByNumber[number.digits] {
            slot = known
            count(slot, by: -1)
            leave(slot)
            slots[Int(slot)].number = number
            slots[Int(slot)].isRemoved = false
        } else {
            slot = Self.take(&emptySlots, next: slots.count)
            if slots.count == Int(slot) {
                slots.append(Slot(number: number))
                waitPositions.append(-1)
            } else {
                slots[Int(slot)] = Slot(number: number)
            }
            slotsByNumber[number.digits] = slot
        }
        join(slot, number)
        count(slot, by: 1)
        place(slot, time)
    }

    /// Takes a number out; a reservation of it still ends by time.
    mutating func remove(_ number: Digits, _ time: EngineTime) {
        guard let slot = slotsByNumber[number], !slots[Int(slot)].isRemoved else { return }
        count(slot, by: -1)
        leave(slot)
        slots[Int(slot)].isRemoved = true
        place(slot, time)
    }

    private mutating func count(_ slot: Int32, by step: Int) {
        guard !slots[Int(slot)].isRemoved else { return }
        counts.total += step
        if slots[Int(slot)].number.isActive { counts.active += step }
    }

    private static func take(_ empty: inout [Int32], next: Int) -> Int32 {
        empty.popLast() ?? Int32(clamping: next)
    }

    private mutating func join(_ slot: Int32, _ number: CallerNumber) {
        for scope in index.scopes(of: number) {
            while scopes.count <= Int(scope) { scopes.append(NumberScope()) }
            let index = Self.take(&emptyMembers, next: members.count)
            let member = Member(slot: slot, scope: scope, next: slots[Int(slot)].firstMember)
            if members.count == Int(index) {
                members.append(member)
                positions.append(-1)
                heldPositions.append(-1)
            } else {
                members[Int(index)] = member
            }
            slots[Int(slot)].firstMember = index
            scopes[Int(scope)].total += 1
            if number.isActive { scopes[Int(scope)].active += 1 }
        }
    }

    private mutating func leave(_ slot: Int32) {
        takeOut(slot)
        let isActive = slots[Int(slot)].number.isActive
        var index = slots[Int(slot)].firstMember
        while index >= 0 {
            let member = members[Int(index)]
            scopes[Int(member.scope)].total -= 1
            if isActive { scopes[Int(member.scope)].active -= 1 }
            emptyMembers.append(index)
            index = member.next
        }
        slots[Int(slot)].firstMember = -1
    }

    // MARK: Free, or free later

    /// Removes a number from the heaps that it is in.
    private mutating func takeOut(_ slot: Int32) {
        if waitPositions[Int(slot)] >= 0 { waiting.remove(slot, &waitPositions) }
        let isFree = slots[Int(slot)].isFree
        var index = slots[Int(slot)].firstMember
        while index >= 0 {
            let member = members[Int(index)]
            let scope = Int(member.scope)
            if positions[Int(index)] >= 0 {
                if isFree {
                    scopes[scope].ready.remove(index, &positions)
                } else {
                    scopes[scope].waiting.remove(index, &positions)
                }
            }
            if heldPositions[Int(index)] >= 0 { scopes[scope].held.remove(index, &heldPositions) }
            index = member.next
        }
        if isFree { counts.free -= 1 }
        slots[Int(slot)].isFree = false
    }

    /// Puts a number that is in no heap into the heaps where it belongs.
    private mutating func place(_ slot: Int32, _ time: EngineTime) {
        let (use, id) = (slots[Int(slot)].use, slots[Int(slot)].number.id)
        let isReserved = use.reservedUntil > time.now
        guard !slots[Int(slot)].isRemoved, slots[Int(slot)].number.isActive else {
            if isReserved {
                wait(slot, id, until: use.reservedUntil)
            } else if slots[Int(slot)].isRemoved {
                empty(slot)
            }
            return
        }
        let quotaEnd = quotaEnd(of: slot, time.window)
        let end = max(isReserved ? use.reservedUntil : 0, quotaEnd ?? 0)
        let isFree = end <= time.now
        let isHeld = sharesWhenEmpty && isReserved && quotaEnd == nil
        var index = slots[Int(slot)].firstMember
        while index >= 0 {
            let member = members[Int(index)]
            let scope = Int(member.scope)
            let element = IndexedHeap.Entry(key: isFree ? use.lastUsed : end, id: id, member: index)
            if isFree {
                scopes[scope].ready.insert(element, &positions)
            } else {
                scopes[scope].waiting.insert(element, &positions)
            }
            if isHeld {
                let held = IndexedHeap.Entry(key: use.lastUsed, id: id, member: index)
                scopes[scope].held.insert(held, &heldPositions)
            }
            index = member.next
        }
        if isFree {
            counts.free += 1
            slots[Int(slot)].isFree = true
        } else {
            // A reserved number can be shared as soon as its quota begins again.
            let next = sharesWhenEmpty && isReserved ? min(quotaEnd ?? end, end) : end
            wait(slot, id, until: next)
        }
    }

    /// Counts and last use go with the number.
    private mutating func empty(_ slot: Int32) {
        slotsByNumber[slots[Int(slot)].number.digits] = nil
        reservations[slot] = nil
        slots[Int(slot)] = Slot(number: CallerNumber(id: 0, digits: .none), isEmpty: true)
        emptySlots.append(slot)
    }

    private mutating func wait(_ slot: Int32, _ id: Int64, until end: Int64) {
        waiting.insert(IndexedHeap.Entry(key: end, id: id, member: slot), &waitPositions)
    }

    /// The time in microseconds from which a number is free; `nil` while it is out of use, 0 when it is free now.
    func freeTime(of slot: Int32, _ time: EngineTime) -> Int64? {
        guard let entry = self[slot], !entry.isRemoved, entry.number.isActive else { return nil }
        let end = max(entry.use.reservedUntil, quotaEnd(of: slot, time.window) ?? 0)
        return end > time.now ? end : 0
    }

    /// The time in microseconds at which the last quota that is used up begins again; `nil` when none is.
    private func quotaEnd(of slot: Int32, _ window: QuotaWindow) -> Int64? {
        let counts = slots[Int(slot)].use.count(in: window)
        let (hourly, daily) = (slots[Int(slot)].number.hourlyLimit, slots[Int(slot)].number.dailyLimit)
        var end: Int64?
        if let limit = SelectionPolicy.limit(hourly, default: hourlyLimit), counts.hour >= limit {
            end = window.hourEnd * 1_000_000
        }
        if let limit = SelectionPolicy.limit(daily, default: dailyLimit), counts.day >= limit {
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
        let until = slots[Int(slot)].use.reservedUntil
        guard until > 0, until <= now else { return nil }
        slots[Int(slot)].use.reservedUntil = 0
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
        takeOut(slot)
        change(&slots[Int(slot)].use)
        slots[Int(slot)].use.reservedUntil = reservation?.end ?? 0
        let former = reservations.removeValue(forKey: slot)
        if let reservation { reservations[slot] = reservation }
        noteChange(slot, reservation)
        place(slot, time)
        return former
    }

    /// Has `takeChanges` return a number, because it could not be stored.
    mutating func markChanged(_ slot: Int32) { noteChange(slot, reservations[slot]) }

    private mutating func noteChange(_ slot: Int32, _ reservation: Reservation?) {
        let (number, use) = (slots[Int(slot)].number.digits, slots[Int(slot)].use)
        changes.note(StoredUse(number: number, use: use, reservation: reservation), &slots[Int(slot)].mark)
    }

    /// The uses and reservations that changed since the last call.
    mutating func takeChanges() -> [StoredUse] { changes.take() }

    // MARK: Choice

    /// The number of a scope that is free first, and when.
    func firstWaiting(in scope: Int32) -> (slot: Int32, end: Int64)? {
        guard let first = scopes[Int(scope)].waiting.first, let slot = slot(first) else { return nil }
        return (slot, first.key)
    }

    func slot(_ entry: IndexedHeap.Entry?) -> Int32? { entry.map { members[Int($0.member)].slot } }
}
