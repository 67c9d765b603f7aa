extension NumberTable {
    /// A number and its state; the table gives copies of it.
    struct Slot: Sendable {
        var number: CallerNumber
        var use = NumberUse()
        /// The first of its members, one for each scope; -1 for none.
        var firstMember: Int32 = -1
        var isFree = false
        var isRemoved = false
        /// Whether no number has it.
        var isEmpty = false
        var mark = ChangedUses.Mark()
    }
}
