import Basics
package import HTTP
import Spool

extension AdminRequest {
    /// How long to wait for an answer.
    static let timeout = Duration.seconds(60)

    /// Decodes a request from the control socket.
    package typealias Reader = @Sendable (RoutedRequest) throws(RequestFailure) -> AdminRequest

    /// The routes of the control socket: GET for reading, POST for changes and for requests with a body.
    ///
    /// - Parameter route: creates one route.
    package static func routes(_ route: (Route.Method, String, @escaping Reader) -> Route) -> [Route] {
        AdminEndpoint.allCases.map { endpoint in
            route(endpoint.method, endpoint.rawValue) { (request) throws(RequestFailure) in
                do throws(AdminError) { return try AdminRequest(endpoint, request) } catch { throw error.failure }
            }
        }
    }

    private init(_ endpoint: AdminEndpoint, _ routed: RoutedRequest) throws(AdminError) {
        let request = routed.request
        let after = try Self.number("after", in: request)
        let limit = try Self.number("limit", in: request) ?? Self.largestPage
        switch endpoint {
        case .spool: self = .spoolStatus
        case .gaps: self = after.map { .gaps(after: $0, limit: limit) } ?? .latestGaps(limit)
        case .deadLetters: self = .deadLetters(after: after ?? 0, limit: limit)
        case .deadLetter: self = .deadLetter(try Self.number(routed["number"]))
        case .deadLetterBody: self = .deadLetterBody(try Self.number(routed["number"]))
        case .retry: self = .retry(try Self.numbers(in: request.body))
        case .drop: self = .drop(try Self.numbers(in: request.body))
        case .recordings: self = .recordings(try Self.state(in: request), after: after ?? 0, limit: limit)
        case .recordingTotals: self = .recordingTotals
        case .knownRecordings: self = .knownRecordings(try Self.stamps(in: request.body))
        case .retryRecordings: self = .retryRecordings(try Self.numbers(in: request.body))
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

    private static func stamps(in body: [UInt8]) throws(AdminError) -> [FileStamp] {
        let elements = try elements("looks", in: body)
        let stamps = elements.compactMap { member -> FileStamp? in
            guard let figures = member.elements?.compactMap(\.integer), figures.count == 4 else { return nil }
            return FileStamp(device: figures[0], inode: figures[1], size: figures[2], modified: figures[3])
        }
        guard stamps.count == elements.count else {
            throw AdminError(.malformed, "looks must be of four whole numbers: device, inode, size, last write")
        }
        return stamps
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

    /// The request in the form of the control socket.
    package var http: HTTPRequest {
        var request =
            switch self {
            case .spoolStatus: AdminEndpoint.spool.request()
            case .deadLetters(let after, let limit):
                AdminEndpoint.deadLetters.request(query: [("after", "\(after)"), ("limit", "\(limit)")])
            case .deadLetter(let number): AdminEndpoint.deadLetter.request(number)
            case .deadLetterBody(let number): AdminEndpoint.deadLetterBody.request(number)
            case .retry(let numbers): Self.change(.retry, numbers)
            case .drop(let numbers): Self.change(.drop, numbers)
            case .gaps(let after, let limit):
                AdminEndpoint.gaps.request(query: [("after", "\(after)"), ("limit", "\(limit)")])
            case .latestGaps(let limit): AdminEndpoint.gaps.request(query: [("limit", "\(limit)")])
            case .recordings(let state, let after, let limit):
                AdminEndpoint.recordings.request(
                    query: [("state", state.label), ("after", "\(after)"), ("limit", "\(limit)")]
                )
            case .recordingTotals: AdminEndpoint.recordingTotals.request()
            case .knownRecordings(let stamps): Self.question(stamps)
            case .retryRecordings(let numbers): Self.change(.retryRecordings, numbers)
            }
        request.longestAnswer = 64 << 20
        request.timeout = Self.timeout
        return request
    }

    private static func change(_ endpoint: AdminEndpoint, _ numbers: [Int]) -> HTTPRequest {
        var json = JSONWriter()
        json.beginObject()
        json.key("ids")
        json.beginArray()
        for number in numbers { json.integer(number) }
        json.endArray()
        json.endObject()
        return endpoint.request(body: json)
    }

    private static func question(_ stamps: [FileStamp]) -> HTTPRequest {
        var json = JSONWriter(capacity: 80 * stamps.count)
        json.beginObject()
        json.key("looks")
        json.beginArray()
        for stamp in stamps {
            json.beginArray()
            for figure in [stamp.device, stamp.inode, stamp.size, stamp.modified] { json.integer(figure) }
            json.endArray()
        }
        json.endArray()
        json.endObject()
        return AdminEndpoint.knownRecordings.request(body: json)
    }
}
