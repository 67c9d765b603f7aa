/// The numbers that one tier of a search looks at, such as those of one pool and area code.
struct NumberScope: Sendable {
    /// The free numbers, the one used longest ago first.
    var ready = IndexedHeap()
    /// The active numbers that are not free, the one that is free first at the front.
    var waiting = IndexedHeap()
    /// The numbers that are only reserved, the oldest reservation first; empty unless numbers are shared.
    var held = IndexedHeap()
    /// The numbers in it.
    var total = 0
    /// The active ones among them.
    var active = 0
}

/// Finds the scope of a pool, an area code or a trunk; scopes are numbered from 0 and never go away.
struct ScopeIndex: Sendable {
    private struct Pool: Sendable {
        let all: Int32
        var areas: [Digits: Int32] = [:]
        /// The bit n is set when there are area codes of n digits.
        var lengths: UInt16 = 0
    }

    private struct TrunkKey: Sendable, Hashable {
        let trunk: String
        let route: String
        let callType: String
        let isDefault: Bool
    }

    private var pools: [String: Pool] = [:]
    private var trunks: [TrunkKey: Int32] = [:]
    private(set) var count: Int32 = 0

    private mutating func next() -> Int32 {
        defer { count += 1 }
        return count
    }

    /// The scopes in which a number takes part, created where missing.
    mutating func scopes(of number: CallerNumber) -> [Int32] {
        guard number.places.isEmpty else {
            var scopes: [Int32] = []
            for key in number.places.flatMap(Self.keys) {
                let scope = trunks[key] ?? next()
                trunks[key] = scope
                if !scopes.contains(scope) { scopes.append(scope) }
            }
            return scopes
        }
        var pool = pools[number.pool] ?? Pool(all: next())
        defer { pools[number.pool] = pool }
        guard !number.areaCode.isEmpty else { return [pool.all] }
        let area = pool.areas[number.areaCode] ?? next()
        pool.areas[number.areaCode] = area
        pool.lengths |= 1 << UInt16(number.areaCode.count)
        return [pool.all, area]
    }

    private static func keys(of place: TrunkPlace) -> [TrunkKey] {
        func key(_ route: String, _ type: String, _ isDefault: Bool = false) -> TrunkKey {
            TrunkKey(trunk: place.trunk, route: route, callType: type, isDefault: isDefault)
        }
        guard !place.isDefault else { return [key("", "", true)] }
        var keys = [key("", "")]
        if !place.route.isEmpty { keys.append(key(place.route, "")) }
        if !place.route.isEmpty, !place.callType.isEmpty { keys.append(key(place.route, place.callType)) }
        return keys
    }

    /// All numbers of a pool; the empty name stands for the numbers of no pool.
    func all(ofPool pool: String) -> Int32? { pools[pool]?.all }

    /// The scope of the longest area code of a pool that `number` begins with and that `isUsable`; `nil` for none.
    func area(ofPool pool: String, of number: Digits, where isUsable: (Int32) -> Bool) -> Int32? {
        guard let pool = pools[pool], pool.lengths != 0 else { return nil }
        for length in stride(from: 6, through: 1, by: -1) where pool.lengths & 1 << UInt16(length) != 0 {
            if let scope = pool.areas[number.prefix(length)], isUsable(scope) { return scope }
        }
        return nil
    }

    /// The scopes of a look-up by trunk, in the order of the search.
    func scopes(of lookup: TrunkLookup) -> [(SelectionTier, Int32)] {
        func key(_ route: String, _ type: String, _ isDefault: Bool = false) -> TrunkKey {
            TrunkKey(trunk: lookup.trunk, route: route, callType: type, isDefault: isDefault)
        }
        var keys: [(SelectionTier, TrunkKey)] = []
        if !lookup.route.isEmpty, !lookup.callType.isEmpty {
            keys.append((.trunkRouteAndType, key(lookup.route, lookup.callType)))
        }
        if !lookup.route.isEmpty { keys.append((.trunkAndRoute, key(lookup.route, ""))) }
        keys += [(.trunk, key("", "")), (.trunkDefault, key("", "", true))]
        return keys.compactMap { tier, key in trunks[key].map { (tier, $0) } }
    }

    /// Calls `body` with each pool, area code and scope of the numbers in rotation, in no order.
    func forEachArea(_ body: (_ pool: String, _ area: Digits, _ scope: Int32) -> Void) {
        for (name, pool) in pools {
            for (area, scope) in pool.areas { body(name, area, scope) }
        }
    }
}
