import Basics
package import HTTP

extension DeskRequest {
    /// Reads what came over the control socket: GET for looking, POST for changes.
    package init(_ request: ServerRequest) throws(DeskError) {
        let path = request.path.split(separator: "/").map { String($0) }
        let wantsChange = path.count == 2 && ["retry", "drop"].contains(path[1])
        guard request.method == (wantsChange ? "POST" : "GET") else {
            throw DeskError(.notAllowed, "\(request.path) is asked with \(wantsChange ? "POST" : "GET")")
        }
        let after = try Self.number("after", in: request)
        let limit = try Self.number("limit", in: request) ?? Self.largestPage
        switch (path.first, path.count) {
        case ("spool", 1): self = .spoolStatus
        case ("gaps", 1): self = after.map { .gaps(after: $0, limit: limit) } ?? .latestGaps(limit)
        case ("dead-letters", 1): self = .deadLetters(after: after ?? 0, limit: limit)
        case ("dead-letters", 2) where wantsChange:
            let numbers = try Self.numbers(in: request.body)
            self = path[1] == "retry" ? .retry(numbers) : .drop(numbers)
        case ("dead-letters", 2): self = .deadLetter(try Self.number(path[1]))
        case ("dead-letters", 3) where path[2] == "body": self = .deadLetterBody(try Self.number(path[1]))
        default:
            throw DeskError(.missing, "\(request.path) is not here; use the same version of the command and of run")
        }
    }

    private static func number(_ text: String) throws(DeskError) -> Int {
        guard let number = Array(text.utf8)[...].integer, number >= 0 else {
            throw DeskError(.malformed, "'\(text)' is no whole number")
        }
        return number
    }

    private static func number(_ name: String, in request: ServerRequest) throws(DeskError) -> Int? {
        guard let text = request.query[name] else { return nil }
        return try number(text)
    }

    private static func numbers(in body: [UInt8]) throws(DeskError) -> [Int] {
        guard let elements = (try? JSONParser.parse(body[...]))?["ids"]?.elements, elements.count <= largestPage else {
            throw DeskError(.malformed, "the body must be {\"ids\": [...]} with \(largestPage) numbers at most")
        }
        let numbers = elements.compactMap(\.integer)
        guard numbers.count == elements.count else { throw DeskError(.malformed, "ids must be whole numbers") }
        return numbers
    }

    /// The same, as a request to the control socket.
    package var http: HTTPRequest {
        let base = "http://localhost"
        var request =
            switch self {
            case .spoolStatus: HTTPRequest(.get, "\(base)/spool")
            case .deadLetters(let after, let limit):
                HTTPRequest(.get, "\(base)/dead-letters?after=\(after)&limit=\(limit)")
            case .deadLetter(let number): HTTPRequest(.get, "\(base)/dead-letters/\(number)")
            case .deadLetterBody(let number): HTTPRequest(.get, "\(base)/dead-letters/\(number)/body")
            case .retry(let numbers): Self.change("\(base)/dead-letters/retry", numbers)
            case .drop(let numbers): Self.change("\(base)/dead-letters/drop", numbers)
            case .gaps(let after, let limit): HTTPRequest(.get, "\(base)/gaps?after=\(after)&limit=\(limit)")
            case .latestGaps(let limit): HTTPRequest(.get, "\(base)/gaps?limit=\(limit)")
            }
        request.longestAnswer = 64 << 20
        request.timeout = .seconds(60)
        return request
    }

    private static func change(_ url: String, _ numbers: [Int]) -> HTTPRequest {
        var json = JSONWriter()
        json.beginObject()
        json.key("ids")
        json.beginArray()
        for number in numbers { json.integer(number) }
        json.endArray()
        json.endObject()
        return HTTPRequest(.post, url, headers: ["Content-Type": "application/json"], body: .bytes(json.bytes))
    }
}
