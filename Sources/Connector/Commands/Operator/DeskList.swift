import Basics
import Spool

/// A list of the desk, as many pages of it as are wanted.
struct DeskList {
    /// The member of an answer that has the entries.
    let name: String
    private(set) var entries: [JSONValue] = []
    /// How many there are in all.
    private(set) var total = 0
    /// Of gaps: those that go on.
    private(set) var ongoing: JSONValue?
    /// Of recordings: how many are in each state, and what became of all.
    private(set) var books: JSONValue?

    static func deadLetters(
        of desk: DeskAccess,
        limit: Int = .max
    ) async throws(DeskError) -> DeskList {
        var list = DeskList(name: "dead_letters")
        try await list.read(desk, limit: limit) { .deadLetters(after: $0, limit: $1) }
        return list
    }

    /// The latest gaps, the oldest of them first.
    static func gaps(of desk: DeskAccess, limit: Int) async throws(DeskError) -> DeskList {
        var list = DeskList(name: "gaps")
        if limit <= DeskRequest.largestPage {
            list.append(try await desk.json(.latestGaps(limit)))
        } else {
            try await list.read(desk, limit: .max) { .gaps(after: $0, limit: $1) }
            list.entries = Array(list.entries.suffix(limit))
        }
        return list
    }

    /// Those of the first state before those of the next.
    static func recordings(
        _ states: [RecordingState],
        of desk: DeskAccess,
        limit: Int = .max
    ) async throws(DeskError) -> DeskList {
        var list = DeskList(name: "recordings")
        for state in states {
            try await list.read(desk, limit: limit) { .recordings(state, after: $0, limit: $1) }
        }
        let books = try await desk.json(.recordingBooks)
        list.total = states.reduce(0) { $0 + (books["states"]?[$1.label]?.integer ?? 0) }
        list.books = books
        return list
    }

    private init(name: String) { self.name = name }

    private mutating func read(
        _ desk: DeskAccess,
        limit: Int,
        _ request: (_ after: Int, _ limit: Int) -> DeskRequest
    ) async throws(DeskError) {
        var last = 0
        while entries.count < limit {
            let before = entries.count
            append(try await desk.json(request(last, min(limit - before, DeskRequest.largestPage))))
            guard entries.count > before, let next = entries.last?["id"]?.integer else { return }
            last = next
        }
    }

    private mutating func append(_ page: JSONValue) {
        entries += page[name]?.elements ?? []
        total = page["total"]?.integer ?? entries.count
        ongoing = page["ongoing"]
    }

    var ids: [Int] { entries.compactMap { $0["id"]?.integer } }

    var json: JSONValue {
        let list: [JSONValue.Member] = [
            .init(name: name, value: .array(entries)), .init(name: "total", value: .integer(total)),
        ]
        return .object(list + (ongoing.map { [.init(name: "ongoing", value: $0)] } ?? []) + (books?.members ?? []))
    }
}
