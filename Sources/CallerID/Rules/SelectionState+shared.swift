/// What several processes tell each other about the use of numbers.
extension SelectionState {
    /// Takes over the use and the reservation of a number as another process knows them, unless this one knows later ones.
    mutating func learn(_ stored: StoredUse) {
        guard let slot = table.slot(of: stored.number), let use = table[slot]?.use,
            stored.use.lastUsed >= use.lastUsed
        else { return }
        var known = stored
        known.use.takeCounts(of: use)
        if stored.use.lastUsed == use.lastUsed, known.use == use, known.reservation == table.reservations[slot] {
            return
        }
        restore(known)
    }

    /// The use of a number and its reservation, as a store keeps them; `nil` for an unknown one.
    func stored(_ number: Digits) -> StoredUse? {
        guard let slot = table.slot(of: number), let entry = table[slot] else { return nil }
        return StoredUse(number: number, use: entry.use, reservation: table.reservations[slot])
    }

    /// All numbers, in no order.
    var knownNumbers: [Digits] { table.slotRange.compactMap { table[$0]?.number.digits } }

    /// The numbers that are reserved, in no order.
    var reservedNumbers: [Digits] { table.reservations.values.filter { $0.end > time.now }.map(\.number) }

    /// The uses of numbers that are reserved, or that were used today or later.
    mutating func currentUses(at now: Int64) -> [StoredUse] {
        time.advance(to: now)
        return table.slotRange.compactMap { slot in
            guard let entry = table[slot],
                entry.use.day >= time.window.day || entry.use.reservedUntil > time.now
            else { return nil }
            return StoredUse(number: entry.number.digits, use: entry.use, reservation: table.reservations[slot])
        }
    }
}
