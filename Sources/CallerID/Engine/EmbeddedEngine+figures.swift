extension EmbeddedEngine {
    /// How many numbers there are, and what the disk does.
    package struct Figures: Sendable, Equatable {
        package var selection = SelectionFigures()
        /// Rows of the history that found no room.
        package var droppedRows = 0
        /// Whether the last change is not in the journal, so that killing the process would lose it.
        package var isJournalLost = false
        /// Why the store did not take over the last changes; `nil` when it did.
        package var storeError: String?

        /// Why the service works with less than it should; `nil` when all is well.
        package var problem: String? {
            isJournalLost ? "decisions are not written to the journal" : storeError
        }
    }
}
