package import Basics
package import Spool

/// A list from the admin API, read page by page.
package struct AdminList {
    /// The member of the answer with the entries.
    let name: String
    /// The entries that were read, as JSON objects.
    package private(set) var entries: [JSONValue] = []
    /// The number of all entries in the spool.
    package private(set) var total = 0
    /// For gaps: those still open.
    package private(set) var ongoing: JSONValue?
    /// For recordings: the number in each state, and the totals.
    package private(set) var totals: JSONValue?

    /// Reads at most `limit` dead letters.
    package static func deadLetters(
        of admin: AdminAccess,
        limit: Int = .max
    ) async throws(AdminError) -> AdminList {
        var list = AdminList(name: "dead_letters")
        try await list.read(admin, limit: limit) { .deadLetters(after: $0, limit: $1) }
        return list
    }

    /// Reads the latest gaps, at most `limit`, oldest first.
    package static func gaps(of admin: AdminAccess, limit: Int) async throws(AdminError) -> AdminList {
        var list = AdminList(name: "gaps")
        if limit <= AdminRequest.largestPage {
            list.append(try await admin.json(.latestGaps(limit)))
        } else {
            try await list.read(admin, limit: .max) { .gaps(after: $0, limit: $1) }
            list.entries = Array(list.entries.suffix(limit))
        }
        return list
    }

    /// Reads at most `limit` recordings in these states, ordered by state.
    package static func recordings(
        _ states: [RecordingState],
        of admin: AdminAccess,
        limit: Int = .max
    ) async throws(AdminError) -> AdminList {
        var list = AdminList(name: "recordings")
        for state in states {
            try await list.read(admin, limit: limit) { .recordings(state, after: $0, limit: $1) }
        }
        let totals = try await admin.json(.recordingTotals)
        list.total = states.reduce(0) { $0 + (totals["states"]?[$1.label]?.integer ?? 0) }
        list.totals = totals
        return list
    }

    private init(name: String) { self.name = name }

    private mutating func read(
        _ admin: AdminAccess,
        limit: Int,
        _ request: (_ after: Int, _ limit: Int) -> AdminRequest
    ) async throws(AdminError) {
        var last = 0
        while entries.count < limit {
            let before = entries.count
            append(try await admin.json(request(last, min(limit - before, AdminRequest.largestPage))))
            guard entries.count > before, let next = entries.last?["id"]?.integer else { return }
            last = next
        }
    }

    private mutating func append(_ page: JSONValue) {
        entries += page[name]?.elements ?? []
        total = page["total"]?.integer ?? entries.count
        ongoing = page["ongoing"]
    }

    /// The numbers of the entries.
    package var ids: [Int] { entries.compactMap { $0["id"]?.integer } }

    var json: JSONValue {
        let list: [JSONValue.Member] = [
            .init(name: name, value: .array(entries)), .init(name: "total", value: .integer(total)),
        ]
        return .object(list + (ongoing.map { [.init(name: "ongoing", value: $0)] } ?? []) + (totals?.members ?? []))
    }
}
