package import Basics
package import Spool

/// A list of the admin API, as many pages of it as are wanted.
package struct AdminList {
    /// The member of an answer that has the entries.
    let name: String
    package private(set) var entries: [JSONValue] = []
    /// How many there are in all.
    package private(set) var total = 0
    /// Of gaps: those that go on.
    package private(set) var ongoing: JSONValue?
    /// Of recordings: how many are in each state, and what became of all.
    package private(set) var totals: JSONValue?

    package static func deadLetters(
        of admin: AdminAccess,
        limit: Int = .max
    ) async throws(AdminError) -> AdminList {
        var list = AdminList(name: "dead_letters")
        try await list.read(admin, limit: limit) { .deadLetters(after: $0, limit: $1) }
        return list
    }

    /// The latest gaps, the oldest of them first.
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

    /// Those of the first state before those of the next.
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

    package var ids: [Int] { entries.compactMap { $0["id"]?.integer } }

    var json: JSONValue {
        let list: [JSONValue.Member] = [
            .init(name: name, value: .array(entries)), .init(name: "total", value: .integer(total)),
        ]
        return .object(list + (ongoing.map { [.init(name: "ongoing", value: $0)] } ?? []) + (totals?.members ?? []))
    }
}
