import Basics

/// Changes of all numbers of a trunk.
extension NumberEditor {
    /// Takes the numbers of a trunk out of service there, until `restore` or `replace` names it.
    ///
    /// The database of the site is left alone.
    ///
    /// - Throws: `SyncError.noTrunk` when it has none, or `CallerIDStoreError`.
    func withdraw(_ trunk: String) async throws {
        try await inTurn { [engine] in
            let stored = try await engine.numbers()
            guard stored.contains(where: { $0.isIn(trunk) }) else { throw SyncError.noTrunk(trunk) }
            let changed = NumberSet.withdrawing(trunk, stored: stored)
            _ = try await engine.importNumbers(changed, Self.options(.update), dropLimit: 100)
        }
    }

    /// Puts the numbers of a trunk back into service: as the database of the site has them, where there is one.
    ///
    /// - Throws: `SyncError` or `CallerIDStoreError`; then nothing has changed.
    func restore(_ trunk: String) async throws {
        if let sync {
            _ = try await sync.sync(isFull: true, trunk: trunk, by: nil)
            return
        }
        try await inTurn { [engine] in
            let stored = try await engine.numbers()
            guard stored.contains(where: { $0.isIn(trunk) }) else { throw SyncError.noTrunk(trunk) }
            let changed = stored.filter { $0.withdrawnTrunks.contains(trunk) }.map { record in
                var record = record
                record.withdrawnTrunks.removeAll { $0 == trunk }
                return record
            }
            _ = try await engine.importNumbers(changed, Self.options(.update), dropLimit: 100)
        }
    }

    /// Makes these the only numbers of each trunk: in the database of the site first, where there is one.
    ///
    /// - Parameters:
    ///   - routes: the route of a trunk; else it keeps the one that it has.
    ///   - defaultRoute: the route of a trunk that has none.
    /// - Throws: `CallerIDStoreError`; then nothing has changed.
    func replace(_ trunks: [TrunkNumbers], routes: [String: String], defaultRoute: String) async throws {
        guard sync == nil || isWritten else { throw CallerIDStoreError.elsewhere }
        try await inTurn { [engine, sync] in
            var set = try await engine.numbers()
            var written: [String: [NumberRecord]] = [:]
            for entry in trunks {
                let present = set.flatMap(\.places).first { $0.trunk == entry.trunk }?.route
                let route = routes[entry.trunk] ?? present ?? defaultRoute
                let known = Dictionary(uniqueKeysWithValues: set.map { ($0.number, $0) })
                let records = entry.numbers.enumerated().map { index, number in
                    var record = known[number] ?? NumberRecord(number: number)
                    if known[number] == nil { record.areaCode = number.ownAreaCode }
                    record.isActive = true
                    record.places = [TrunkPlace(trunk: entry.trunk, route: route, isDefault: index == 0)]
                    return record
                }
                written[entry.trunk] = records
                set = NumberSet.replacing(entry.trunk, with: records, stored: set)
            }
            if let sync { try await sync.numbers.write([.replaceTrunks(written)]) }
            _ = try await engine.importNumbers(set, Self.options(.replace), dropLimit: 100)
        }
    }

    private static func options(_ mode: ImportMode) -> ImportOptions {
        var options = ImportOptions()
        options.mode = mode
        options.hasPlaces = true
        options.isForced = true
        return options
    }

    /// Runs a change after all that came before.
    private func inTurn(_ body: () async throws -> Void) async throws {
        try await turns.take { () async throws(any Error) in try await body() }
    }
}

extension NumberRecord {
    fileprivate func isIn(_ trunk: String) -> Bool { places.contains { $0.trunk == trunk } }
}
