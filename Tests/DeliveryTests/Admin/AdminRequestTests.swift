import Basics
import FuzzTargets
import HTTP
import Spool
import TestSupport
import Testing

@testable import Delivery

/// Requests on their way through the socket.
struct AdminRequestTests {
    private static let requests: [AdminRequest] = [
        .spoolStatus, .deadLetters(after: 7, limit: 20), .deadLetter(12), .deadLetterBody(0), .retry([]),
        .drop([1, 2, 3]), .gaps(after: 0, limit: 5), .latestGaps(5), .recordings(.parked, after: 4, limit: 30),
        .recordings(.seen, after: 0, limit: 1), .recordingTotals, .retryRecordings([3, 4]), .knownRecordings([]),
        .knownRecordings([FileStamp(device: -1, inode: .max, size: 4 << 30, modified: 1_795_224_725_123_456_789)]),
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
    func `a request is the same on the other side`(request: AdminRequest) throws {
        #expect(try AdminRequest.received(try received(request.http)) == request)
    }

    @Test(arguments: [
        ("GET", "/", "", AdminError.Kind.missing), ("GET", "/status", "", .missing), ("GET", "/spool/x", "", .missing),
        ("POST", "/spool", "", .notAllowed), ("GET", "/dead-letters/retry", "", .malformed),
        ("DELETE", "/dead-letters/1", "", .notAllowed), ("GET", "/dead-letters/x", "", .malformed),
        ("GET", "/dead-letters/-1", "", .malformed), ("POST", "/dead-letters/drop", "", .malformed),
        ("POST", "/dead-letters/drop", #"{"ids":["1"]}"#, .malformed),
        ("POST", "/dead-letters/drop", #"{"ids":[1]"#, .malformed), ("POST", "/dead-letters/known", "", .notAllowed),
        ("GET", "/recordings", "", .malformed), ("GET", "/recordings/1", "", .missing),
        ("GET", "/recordings/retry", "", .notAllowed), ("GET", "/recordings/known", "", .notAllowed),
        ("POST", "/recordings/books", "", .notAllowed), ("POST", "/recordings/drop", "", .missing),
        ("POST", "/recordings/known", #"{"ids":[1]}"#, .malformed),
        ("POST", "/recordings/known", #"{"looks":[[1,2,3]]}"#, .malformed),
        ("POST", "/recordings/known", #"{"looks":[[1,2,3,"4"]]}"#, .malformed),
    ])
    func `what cannot be understood is refused`(method: String, path: String, body: String, kind: AdminError.Kind) {
        let request = ServerRequest(method: method, path: path, body: Array(body.utf8))
        let error = #expect(throws: AdminError.self) { try AdminRequest.received(request) }
        #expect(error?.kind == kind)
    }

    @Test func `no more numbers than a page has are changed in one request`() throws {
        let most = AdminRequest.drop(Array(1...AdminRequest.largestPage))
        #expect(try AdminRequest.received(try received(most.http)) == most)
        let tooMany = try received(AdminRequest.drop(Array(0...AdminRequest.largestPage)).http)
        #expect(throws: AdminError.self) { try AdminRequest.received(tooMany) }
        let looks = (0...AdminRequest.largestPage).map { FileStamp(device: 1, inode: $0, size: 1, modified: 1) }
        let tooManyLooks = try received(AdminRequest.knownRecordings(looks).http)
        #expect(throws: AdminError.self) { try AdminRequest.received(tooManyLooks) }
    }

    @Test func `a state that is none of a recording's is refused by its name`() throws {
        let request = ServerRequest(method: "GET", path: "/recordings", query: ["state": "lost"], body: [])
        let error = #expect(throws: AdminError.self) { try AdminRequest.received(request) }
        #expect(error?.description == "state must be one of seen, waiting, done, parked")
    }

    @Test(arguments: [
        ("/m/in-1.wav", "/m/in-1.wav"), ("/m/Anruf für Zoë 📞.wav", "/m/Anruf für Zoë 📞.wav"),
        ("it's \"quoted\"\n\t\r", #"it's "quoted"\n\t\r"#), (#"back\slash"#, #"back\\slash"#),
        ("\u{1b}[31m\u{7f}", #"\x1b[31m\x7f"#), ("\u{9b}2J\u{202e}", #"\xc2\x9b2J\xe2\x80\xae"#), ("", ""),
    ])
    func `a path cannot control a terminal, and each byte of it remains visible`(path: String, shown: String) {
        #expect(ListedText.path(Array(path.utf8)) == shown)
    }

    @Test func `a path that is not UTF-8 shows its bytes`() {
        #expect(ListedText.path([0xff, 0xfe, 0x80, 0x61, 0xc3, 0xa9, 0xc3]) == #"\xff\xfe\x80aé\xc3"#)
        #expect(ListedText.path([0xe2, 0x82, 0x0a]) == #"\xe2\x82\n"#)
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
