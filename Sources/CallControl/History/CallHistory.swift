import Basics

/// Stores calls that have ended, and deletes those older than CALLS_HISTORY_DAYS.
///
/// What cannot be stored waits in the buffer, and goes with the next turn; the keeper logs the failure.
struct CallHistory: Service {
    let name = "call-history"
    let buffer: HistoryBuffer
    let keeper: CallsKeeper
    let days: Int

    /// The entries of one transaction.
    private static let step = 500
    /// The turns between two times that old calls are deleted.
    private static let cleaning = 600

    /// Works once a second until cancelled; then stores what is left.
    func run() async throws {
        var turn = 0
        while !Task.isCancelled {
            await storeAll()
            if turn % Self.cleaning == 0 { await deleteOld() }
            turn += 1
            try? await Task.sleep(for: .seconds(1))
        }
        await storeAll()
        try Task.checkCancellation()
    }

    /// Stores everything that waits, unless the database refuses it.
    func storeAll() async {
        while true {
            let dropped = buffer.dropped
            let entries = buffer.first(Self.step)
            guard !entries.isEmpty, (try? await keeper.use({ try $0.store(entries) })) != nil else { return }
            buffer.remove(entries.count, sinceDropped: dropped)
        }
    }

    private func deleteOld() async {
        let limit = Timestamp.now().adding(seconds: -86_400 * days)
        while !Task.isCancelled {
            let count = try? await keeper.use { try $0.deleteHistory(before: limit, limit: Self.step) }
            guard count == Self.step else { return }
        }
    }
}
