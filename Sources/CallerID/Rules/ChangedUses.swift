/// The uses and reservations that changed since they were taken last: each number once, as it is now.
///
/// Taking them costs the same for any count, so that no decision waits for it.
struct ChangedUses: Sendable {
    /// Where the change of one number is.
    struct Mark: Sendable {
        fileprivate var round: UInt32 = 0
        fileprivate var index: UInt32 = 0
    }

    private var uses: [StoredUse] = []
    private var round: UInt32 = 1

    /// - Parameter mark: the one of this number.
    mutating func note(_ use: StoredUse, _ mark: inout Mark) {
        if mark.round == round {
            uses[Int(mark.index)] = use
        } else {
            mark = Mark(round: round, index: UInt32(truncatingIfNeeded: uses.count))
            uses.append(use)
        }
    }

    mutating func take() -> [StoredUse] {
        let taken = uses
        uses = []
        round &+= 1
        return taken
    }
}
