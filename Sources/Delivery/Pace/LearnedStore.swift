import Basics
package import Spool

/// Loads and stores the learned facts about an API in the spool.
package final class LearnedStore: Sendable {
    private let spool: RecordSpool
    private let name: String
    private let api: String
    /// The facts that the spool has.
    private let kept = Lock(LearnedDelivery())

    /// - Parameters:
    ///   - name: `LearnedDelivery.records` or `recordings`.
    ///   - api: the base of the API's URLs.
    package init(_ spool: RecordSpool, name: String, api: String) {
        self.spool = spool
        self.name = name
        self.api = api
    }

    /// Loads the facts of the last run; defaults when they are damaged or about another API.
    package func load() async throws(SpoolError) -> LearnedDelivery {
        let learned = LearnedDelivery(try await spool.learned(name), api: api, at: .now())
        kept.withLock { $0 = learned }
        return learned
    }

    /// Stores the facts; they are durable when it returns.
    ///
    /// Does nothing when nothing has changed.
    package func keep(_ learned: LearnedDelivery) async throws(SpoolError) {
        guard kept.withLock({ $0 != learned }) else { return }
        try await spool.keep(learned.encoded(api: api), asLearned: name)
        kept.withLock { $0 = learned }
    }
}
