import Basics

extension EmbeddedEngine {
    /// Copies the store to a new file, while it is in use; decisions of the last 200 ms may be missing.
    ///
    /// - Throws: `CallerIDStoreError`; then there is no file.
    package func backup(to path: String) async throws { try await keeper.backup(to: path) }

    /// A page of the history; decisions of the last 200 ms may be missing.
    ///
    /// It looks at no more than a million rows, and may then have fewer than asked for.
    ///
    /// - Parameters:
    ///   - step: the rows that the store's thread looks at in one turn, so that changes do not wait: some milliseconds.
    ///   - steps: the turns of one page.
    package func history(
        _ query: HistoryQuery,
        step: Int64 = 20_000,
        steps: Int = 50
    ) async throws(CallerIDStoreError) -> HistoryPage {
        var page = HistoryPage()
        var bounds = try await keeper.bounds(of: query)
        for _ in 0..<steps {
            guard bounds.highest > bounds.lowest else { return page }
            let lowest = max(bounds.lowest, bounds.highest - step)
            let room = query.limit - page.entries.count
            let entries = try await keeper.entries(
                query,
                in: HistoryRows.Bounds(lowest: lowest, highest: bounds.highest),
                limit: room
            )
            page.entries += entries
            if entries.count == room, let last = entries.last {
                page.next = last.id > bounds.lowest + 1 ? last.id : nil
                return page
            }
            bounds.highest = lowest
        }
        page.next = bounds.highest > bounds.lowest ? bounds.highest + 1 : nil
        return page
    }
}
