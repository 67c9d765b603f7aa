import Basics

/// What the embedded engine protects with its lock.
struct EngineState {
    var selection: SelectionState
    var journal: GrantJournal
    var clock: SteadyClock
    var figures = EmbeddedEngine.Figures()
    var isDirty = false
    /// What Redis does not know yet; not used without Redis.
    var unreported = UnreportedChanges()
    /// The position in the journal up to which the store has the changes.
    var stored = GrantJournal.Position()

    /// Writes a change to the journal; returns why that failed.
    mutating func write(_ event: SelectionEvent) -> SystemError? {
        do throws(SystemError) {
            try journal.append(event)
            figures.isJournalLost = false
            return nil
        } catch {
            defer { figures.isJournalLost = true }
            return figures.isJournalLost ? nil : error
        }
    }
}
