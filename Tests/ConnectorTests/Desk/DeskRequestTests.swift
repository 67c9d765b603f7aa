import Basics
import HTTP
import TestSupport
import Testing

@testable import Connector

/// Requests on their way through the socket.
struct DeskRequestTests {
    private static let requests: [DeskRequest] = [
        .spoolStatus, .deadLetters(after: 7, limit: 20), .deadLetter(12), .deadLetterBody(0), .retry([]),
        .drop([1, 2, 3]), .gaps(after: 0, limit: 5), .latestGaps(5),
    ]

    /// A request as the server gets it.
    private func received(_ request: HTTPRequest) throws -> ServerRequest {
        let parts = request.url.replacing("http://localhost", with: "").split(separator: "?").map { String($0) }
        let query = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { $0.split(separator: "=") }
        var body: [UInt8] = []
        if case .bytes(let bytes) = request.body { body = bytes }
        return ServerRequest(
            method: request.method.rawValue,
            path: parts[0],
            query: Dictionary(uniqueKeysWithValues: query.map { (String($0[0]), String($0[1])) }),
            body: body
        )
    }

    @Test(arguments: requests)
    func `a request is the same on the other side`(request: DeskRequest) throws {
        #expect(try DeskRequest(try received(request.http)) == request)
    }

    @Test(arguments: [
        ("GET", "/", "", DeskError.Kind.missing), ("GET", "/status", "", .missing), ("GET", "/spool/x", "", .missing),
        ("POST", "/spool", "", .notAllowed), ("GET", "/dead-letters/retry", "", .notAllowed),
        ("DELETE", "/dead-letters/1", "", .notAllowed), ("GET", "/dead-letters/x", "", .malformed),
        ("GET", "/dead-letters/-1", "", .malformed), ("POST", "/dead-letters/drop", "", .malformed),
        ("POST", "/dead-letters/drop", #"{"ids":["1"]}"#, .malformed),
        ("POST", "/dead-letters/drop", #"{"ids":[1]"#, .malformed),
    ])
    func `what cannot be understood is refused`(method: String, path: String, body: String, kind: DeskError.Kind) {
        let request = ServerRequest(method: method, path: path, body: Array(body.utf8))
        let error = #expect(throws: DeskError.self) { try DeskRequest(request) }
        #expect(error?.kind == kind)
    }

    @Test func `no more numbers than a page has are changed in one request`() throws {
        let most = DeskRequest.drop(Array(1...DeskRequest.largestPage))
        #expect(try DeskRequest(try received(most.http)) == most)
        let tooMany = try received(DeskRequest.drop(Array(0...DeskRequest.largestPage)).http)
        #expect(throws: DeskError.self) { try DeskRequest(tooMany) }
    }

    @Test(arguments: [
        ("no number", "no number"), ("ext 201 and 123456", "ext 201 and 123456"),
        ("src 15145550199", "src *******0199"), ("+1514555,5550199", "+***4555,***0199"), ("", ""),
    ])
    func `a list shows no number of a caller`(text: String, shown: String) {
        #expect(ListedText.shortened(text) == shown)
    }

    @Test func `a long text is cut, and a number at the cut stays hidden`() {
        let text = String(repeating: "x", count: 295) + "15145550199 and more"
        let shown = ListedText.shortened(text)
        #expect(shown.count == 300 && shown.hasSuffix("xxx****…"))
    }

    @Test func `nothing from outside commands a terminal`() {
        #expect(ListedText.oneLine("a\u{1b}[31mb\nc\u{7f}d\u{9b}e\u{202e}f\u{2028}é") == "a [31mb c d e f é")
    }
}
