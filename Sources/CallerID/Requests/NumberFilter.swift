import HTTP

/// Which numbers a list has, and where its page begins.
struct NumberFilter: Sendable {
    var areaCode: Digits?
    var isActive: Bool?
    var pool: String?
    var trunk: String?
    /// The rows of a page, at most.
    var limit = 100
    /// The id of the last row of the page before.
    var after: Int64 = 0

    /// - Throws: `RequestFailure` with the status 400.
    init(_ query: [String: String]) throws(RequestFailure) {
        if let text = query["area_code"] {
            guard let code = Digits(text) else { throw RequestFailure(.badRequest, "area_code has digits only") }
            areaCode = code
        }
        isActive = try RequestFlag.value(of: "active", query["active"])
        pool = query["pool"]
        trunk = query["trunk"]
        if let text = query["limit"] {
            guard let number = Int(text), (1...1000).contains(number) else {
                throw RequestFailure(.badRequest, "limit is a whole number from 1 to 1000")
            }
            limit = number
        }
        if let text = query["after"] {
            guard let id = Int64(text), id >= 0 else {
                throw RequestFailure(.badRequest, "after is the value of next of the page before")
            }
            after = id
        }
    }

    /// A page of `numbers`, which are in order of their ids, and where the next one begins; `nil` at the end.
    func page(of numbers: [NumberRecord]) -> (items: [NumberRecord], next: String?) {
        let matching = numbers.lazy.filter(matches)
        let items = Array(matching.prefix(limit + 1))
        guard items.count > limit, let last = items.dropLast().last else { return (items, nil) }
        return (items.dropLast(), String(last.id))
    }

    private func matches(_ record: NumberRecord) -> Bool {
        record.id > after && (areaCode.map { record.areaCode == $0 } ?? true)
            && (isActive.map { record.isActive == $0 } ?? true) && (pool.map { record.pool == $0 } ?? true)
            && (trunk.map { record.trunk == $0 } ?? true)
    }
}
