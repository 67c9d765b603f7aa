import Basics
package import Spool

/// Where the spool keeps what was learned of an API.
package final class LearnedStore: Sendable {
    private let spool: RecordSpool
    private let name: String
    private let api: String
    /// What the spool has.
    private let kept = Lock(LearnedDelivery())

    /// - Parameters:
    ///   - name: `LearnedDelivery.records` or `recordings`.
    ///   - api: the base of the API's URLs.
    package init(_ spool: RecordSpool, name: String, api: String) {
        self.spool = spool
        self.name = name
        self.api = api
    }

    /// What the last run left; nothing where that is damaged or about another API.
    package func load() async throws(SpoolError) -> LearnedDelivery {
        let learned = LearnedDelivery(try await spool.learned(name), api: api, at: .now())
        kept.withLock { $0 = learned }
        return learned
    }

    /// Durable when it returns; does nothing when nothing has changed.
    package func keep(_ learned: LearnedDelivery) async throws(SpoolError) {
        guard kept.withLock({ $0 != learned }) else { return }
        try await spool.keep(learned.encoded(api: api), asLearned: name)
        kept.withLock { $0 = learned }
    }
}
