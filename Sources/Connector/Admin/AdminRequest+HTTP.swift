import Basics
package import HTTP
import Spool

extension AdminRequest {
    /// Reads what came over the control socket: GET for looking, POST for changes and for what needs a body.
    package init(_ request: ServerRequest) throws(AdminError) {
        let path = request.path.split(separator: "/").map { String($0) }
        let hasBody = path.count == 2 && ["retry", "drop", "known"].contains(path[1])
        guard request.method == (hasBody ? "POST" : "GET") else {
            throw AdminError(.notAllowed, "\(request.path) is asked with \(hasBody ? "POST" : "GET")")
        }
        let after = try Self.number("after", in: request)
        let limit = try Self.number("limit", in: request) ?? Self.largestPage
        switch (path.first, path.count) {
        case ("spool", 1): self = .spoolStatus
        case ("gaps", 1): self = after.map { .gaps(after: $0, limit: limit) } ?? .latestGaps(limit)
        case ("dead-letters", 1): self = .deadLetters(after: after ?? 0, limit: limit)
        case ("recordings", 1):
            self = .recordings(try Self.state(in: request), after: after ?? 0, limit: limit)
        case ("recordings", 2) where path[1] == "books": self = .recordingTotals
        case ("recordings", 2) where path[1] == "known": self = .knownRecordings(try Self.looks(in: request.body))
        case ("recordings", 2) where path[1] == "retry": self = .retryRecordings(try Self.numbers(in: request.body))
        case ("dead-letters", 2) where hasBody && path[1] != "known":
            let numbers = try Self.numbers(in: request.body)
            self = path[1] == "retry" ? .retry(numbers) : .drop(numbers)
        case ("dead-letters", 2): self = .deadLetter(try Self.number(path[1]))
        case ("dead-letters", 3) where path[2] == "body": self = .deadLetterBody(try Self.number(path[1]))
        default:
            throw AdminError(.missing, "\(request.path) is not here; use the same version of the command and of run")
        }
    }

    private static func number(_ text: String) throws(AdminError) -> Int {
        guard let number = Array(text.utf8)[...].integer, number >= 0 else {
            throw AdminError(.malformed, "'\(text)' is no whole number")
        }
        return number
    }

    private static func number(_ name: String, in request: ServerRequest) throws(AdminError) -> Int? {
        guard let text = request.query[name] else { return nil }
        return try number(text)
    }

    private static func numbers(in body: [UInt8]) throws(AdminError) -> [Int] {
        let elements = try elements("ids", in: body)
        let numbers = elements.compactMap(\.integer)
        guard numbers.count == elements.count else { throw AdminError(.malformed, "ids must be whole numbers") }
        return numbers
    }

    private static func looks(in body: [UInt8]) throws(AdminError) -> [FileStamp] {
        let elements = try elements("looks", in: body)
        let looks = elements.compactMap { look -> FileStamp? in
            guard let figures = look.elements?.compactMap(\.integer), figures.count == 4 else { return nil }
            return FileStamp(device: figures[0], inode: figures[1], size: figures[2], modified: figures[3])
        }
        guard looks.count == elements.count else {
            throw AdminError(.malformed, "looks must be of four whole numbers: device, inode, size, last write")
        }
        return looks
    }

    private static func elements(_ name: String, in body: [UInt8]) throws(AdminError) -> [JSONValue] {
        guard let elements = (try? JSONParser.parse(body[...]))?[name]?.elements, elements.count <= largestPage else {
            throw AdminError(.malformed, "the body must be {\"\(name)\": [...]} with \(largestPage) at most")
        }
        return elements
    }

    private static func state(in request: ServerRequest) throws(AdminError) -> RecordingState {
        guard let state = request.query["state"].flatMap(RecordingState.init(label:)) else {
            throw AdminError(.malformed, "state must be one of \(RecordingState.labels)")
        }
        return state
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
            case .recordings(let state, let after, let limit):
                HTTPRequest(.get, "\(base)/recordings?state=\(state.label)&after=\(after)&limit=\(limit)")
            case .recordingTotals: HTTPRequest(.get, "\(base)/recordings/books")
            case .knownRecordings(let looks): Self.question("\(base)/recordings/known", looks)
            case .retryRecordings(let numbers): Self.change("\(base)/recordings/retry", numbers)
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
        return post(url, json)
    }

    private static func question(_ url: String, _ looks: [FileStamp]) -> HTTPRequest {
        var json = JSONWriter(capacity: 80 * looks.count)
        json.beginObject()
        json.key("looks")
        json.beginArray()
        for look in looks {
            json.beginArray()
            for figure in [look.device, look.inode, look.size, look.modified] { json.integer(figure) }
            json.endArray()
        }
        json.endArray()
        json.endObject()
        return post(url, json)
    }

    private static func post(_ url: String, _ json: JSONWriter) -> HTTPRequest {
        HTTPRequest(.post, url, headers: ["Content-Type": "application/json"], body: .bytes(json.bytes))
    }
}
