import Basics

/// The whole set of numbers that a sync or a replacement makes of the one there is; pure.
enum NumberSet {
    /// What a timed sync makes of `stored`: the numbers of the database, but trunks out of service stay as they are.
    static func synchronised(_ source: [NumberRecord], stored: [NumberRecord]) -> [NumberRecord] {
        let withdrawn = Set(stored.flatMap(\.withdrawnTrunks))
        guard !withdrawn.isEmpty else { return source }
        var rest = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        var result: [NumberRecord] = []
        for var record in source {
            let kept = (rest.removeValue(forKey: record.number)?.places ?? []).filter { withdrawn.contains($0.trunk) }
            let shown = record.places.filter { !withdrawn.contains($0.trunk) }
            // A new number of a trunk that is out of service.
            if !record.trunk.isEmpty, shown.isEmpty, kept.isEmpty { continue }
            if !record.trunk.isEmpty || !kept.isEmpty { record.set(shown + kept, withdrawn) }
            result.append(record)
        }
        for record in stored where rest[record.number] != nil {
            let kept = record.places.filter { withdrawn.contains($0.trunk) }
            guard !kept.isEmpty else { continue }
            var record = record
            record.set(kept, withdrawn)
            result.append(record)
        }
        return result
    }

    /// What a sync makes of those numbers that have changed.
    ///
    /// - Parameter hasDefaults: whether the database says which number is the default of its trunk; else that stays.
    static func changed(_ source: [NumberRecord], stored: [NumberRecord], hasDefaults: Bool) -> [NumberRecord] {
        let known = Set(source.map(\.number))
        let old = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        return synchronised(source, stored: stored).compactMap { record in
            guard known.contains(record.number) else { return nil }
            guard !hasDefaults, let defaults = old[record.number]?.places.filter(\.isDefault), !defaults.isEmpty else {
                return record
            }
            var record = record
            record.places = record.places.map { place in
                var place = place
                place.isDefault = defaults.contains { $0.trunk == place.trunk && $0.route == place.route }
                return place
            }
            return record
        }
    }

    /// What `stored` is when these are all numbers of a trunk, which is in service then.
    ///
    /// - Parameter records: numbers with their places; only those in the trunk count.
    static func replacing(_ trunk: String, with records: [NumberRecord], stored: [NumberRecord]) -> [NumberRecord] {
        var rest: [Digits: NumberRecord] = [:]
        for record in records where record.places.contains(where: { $0.trunk == trunk }) {
            rest[record.number] = record
        }
        var result: [NumberRecord] = []
        for old in stored {
            let others = old.places.filter { $0.trunk != trunk }
            let withdrawn = Set(old.withdrawnTrunks).subtracting([trunk])
            if var new = rest.removeValue(forKey: old.number) {
                new.set(others + new.places.filter { $0.trunk == trunk }, withdrawn)
                result.append(new)
            } else if others.isEmpty != old.places.isEmpty {
                // It was in this trunk only.
                continue
            } else {
                var old = old
                if !old.trunk.isEmpty { old.set(others, withdrawn) }
                result.append(old)
            }
        }
        for record in records {
            guard var new = rest[record.number] else { continue }
            new.set(new.places.filter { $0.trunk == trunk }, [])
            result.append(new)
        }
        return result
    }

    /// The numbers of a trunk, out of service there; only those that change.
    static func withdrawing(_ trunk: String, stored: [NumberRecord]) -> [NumberRecord] {
        stored.compactMap { record in
            guard record.places.contains(where: { $0.trunk == trunk }), !record.withdrawnTrunks.contains(trunk) else {
                return nil
            }
            var record = record
            record.withdrawnTrunks.append(trunk)
            return record
        }
    }
}

extension NumberRecord {
    fileprivate mutating func set(_ places: [TrunkPlace], _ withdrawn: Set<String>) {
        self.places = places
        withdrawnTrunks = Set(places.map(\.trunk)).intersection(withdrawn).sorted()
    }
}
