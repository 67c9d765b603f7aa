import Basics

/// Changes numbers where they come from: in the store of this service, or in the database of the site first.
package struct NumberEditor: Sendable {
    let engine: EmbeddedEngine
    /// `nil` when the store of this service is the only one.
    let sync: NumberSync?
    /// Whether the database of the site may be written.
    let isWritten: Bool
    /// Changes of numbers take turns, so that none undoes another one.
    let turns: Turns

    package init(_ engine: EmbeddedEngine) { self.init(engine, sync: nil, isWritten: false) }

    init(_ engine: EmbeddedEngine, sync: NumberSync?, isWritten: Bool) {
        self.engine = engine
        self.sync = sync
        self.isWritten = isWritten
        turns = sync?.turns ?? Turns()
    }

    /// Why the numbers may not be those of the database; `nil` when they are.
    var problem: String? { sync?.current.problem.map { "sync: \($0)" } }

    /// Whether the store takes changes, and the database of the site answers.
    var isDatabaseUp: Bool { engine.figures.storeError == nil && sync?.current.isAway != true }

    /// Adds a number.
    ///
    /// - Throws: `CallerIDStoreError`: `.exists`, or why the database of the site did not take it.
    func add(_ record: NumberRecord) async throws(CallerIDStoreError) -> NumberRecord {
        try await changing(
            [.put([record])],
            check: { () async throws(CallerIDStoreError) in
                if try await engine.isKnown(record.number) { throw .exists(record.number) }
            },
            then: { () async throws(CallerIDStoreError) in
                try await engine.add(record)
            }
        )
    }

    func change(_ record: NumberRecord) async throws(CallerIDStoreError) -> NumberRecord {
        try await changing(
            [.put([record])],
            check: { () async throws(CallerIDStoreError) in
                _ = try await engine.record(record.number)
            },
            then: { () async throws(CallerIDStoreError) in
                try await engine.change(record)
            }
        )
    }

    func remove(_ number: Digits) async throws(CallerIDStoreError) {
        try await changing(
            [.remove([number])],
            check: { () async throws(CallerIDStoreError) in
                _ = try await engine.record(number)
            },
            then: { () async throws(CallerIDStoreError) in
                try await engine.remove(number)
            }
        )
    }

    /// Imports numbers, all as one change.
    ///
    /// - Throws: `ImportError` when nothing may be changed, or `CallerIDStoreError`.
    func importNumbers(
        _ records: [NumberRecord],
        _ options: ImportOptions,
        dropLimit: Int
    ) async throws -> ImportResult {
        guard let sync, !options.isDryRun else {
            return try await turns.take { () async throws(any Error) in
                try await self.engine.importNumbers(records, options, dropLimit: dropLimit)
            }
        }
        guard isWritten else { throw CallerIDStoreError.elsewhere }
        var trial = options
        trial.isDryRun = true
        let (preview, engine) = (trial, engine)
        let result = await turns.take { () async -> Result<ImportResult, any Error> in
            do {
                // What the import would do, so that the database gets the same.
                let plan = try await engine.importNumbers(records, preview, dropLimit: dropLimit)
                try await sync.numbers.write([.put(plan.added + plan.updated), .remove(plan.removed)])
                return .success(try await engine.importNumbers(records, options, dropLimit: dropLimit))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Runs a change: in the database of the site first, when there is one.
    private func changing<Answer: Sendable>(
        _ changes: [ForeignNumbers.Change],
        check: () async throws(CallerIDStoreError) -> Void,
        then body: () async throws(CallerIDStoreError) -> Answer
    ) async throws(CallerIDStoreError) -> Answer {
        guard let sync else { return try await turns.take(body) }
        guard isWritten else { throw .elsewhere }
        return try await turns.take { () async throws(CallerIDStoreError) in
            try await check()
            try await sync.numbers.write(changes)
            return try await body()
        }
    }
}

extension EmbeddedEngine {
    /// Whether a number is in the list.
    fileprivate func isKnown(_ number: Digits) async throws(CallerIDStoreError) -> Bool {
        do throws(CallerIDStoreError) {
            _ = try await record(number)
            return true
        } catch {
            if case .unknown = error { return false }
            throw error
        }
    }
}
