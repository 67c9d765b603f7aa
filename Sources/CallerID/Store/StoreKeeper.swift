import Basics

/// The thread of the store.
actor StoreKeeper {
    let store: CallerIDStore
    private let worker: Worker

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    init(_ store: sending CallerIDStore, _ worker: Worker) {
        self.worker = worker
        self.store = store
    }

    func numbers() throws(CallerIDStoreError) -> [NumberRecord] { try store.numbers() }

    func insert(_ record: NumberRecord, at now: Timestamp) throws(CallerIDStoreError) -> NumberRecord {
        try store.insert(record, at: now)
    }

    func delete(_ number: Digits) throws(CallerIDStoreError) { try store.delete(number) }

    func update(_ record: NumberRecord, at now: Timestamp) throws(CallerIDStoreError) -> NumberRecord {
        try store.update(record, at: now)
    }

    func number(_ number: Digits) throws(CallerIDStoreError) -> NumberRecord? { try store.number(number) }

    func deleteHistory(before time: Timestamp, limit: Int) throws(CallerIDStoreError) -> Bool {
        try store.deleteHistory(before: time, limit: limit)
    }

    func importNumbers(
        _ records: [NumberRecord],
        _ options: ImportOptions,
        dropLimit: Int,
        at now: Timestamp
    ) throws -> ImportResult {
        try store.importNumbers(records, options, dropLimit: dropLimit, at: now)
    }

    func takeOver(_ records: [NumberRecord], removed: [Digits]) throws(CallerIDStoreError) -> [NumberRecord] {
        try store.takeOver(records, removed: removed)
    }

    func commit(
        _ uses: [StoredUse],
        _ rows: [AuditRow],
        upTo position: GrantJournal.Position
    ) throws(CallerIDStoreError) {
        try store.commit(uses, rows, upTo: position)
    }
}
