import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import Delivery

/// What people see of the API's answers.
struct ExcerptTests {
    @Test func `a short answer is whole, a long one is cut`() {
        let text = String(repeating: "é", count: 200)
        #expect(Excerpt.of(text) == text)
        #expect(Excerpt.of(text + "x") == text + "…")
        #expect(Excerpt.of(Array((text + "x").utf8)) == text + "…")
        #expect(Excerpt.of(Array(String(repeating: "📞", count: 300).utf8)) == String(repeating: "📞", count: 200) + "…")
        #expect(Excerpt.of([]).isEmpty)
    }

    @Test func `a number at the cut is left out`() {
        for count in 180..<205 {
            let excerpt = Excerpt.of(String(repeating: "x", count: count) + " +1 416 555 1234 and so on for some time")
            let shown = Masking.masked(excerpt)
            #expect(!shown.contains { "0123456789".contains($0) } || shown.contains("+* *** *** 1234"), "\(shown)")
        }
    }

    @Test func `an answer that repeats our secrets is shown without them`() async throws {
        let server = try RawServer { connection in
            let request = try connection.readRequest()
            let status = request.contains("ok=1") ? "200 OK" : "401 Unauthorized"
            try connection.write("HTTP/1.1 \(status)\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
        }
        defer { server.stop() }
        let client = try HTTPClient()
        defer { client.shutDown() }
        let access = APIAccess(
            client: client,
            baseURL: server.url,
            key: Secret("sk_marked"),
            hostname: "pbx",
            hiding: WebAddress.logins(in: Secret("http://user:p%40ss@proxy:3128"))
        )
        let body = Array("user:p@ss p%40ss dXNlcjpwQHNz".utf8)
        let outcome = await access.send(access.request("/x", .bytes(body), idempotencyKey: "k"))
        guard case .answered(401, _, let answer, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(answer[...].text.contains("Authorization: Bearer ********\r\n"))
        #expect(answer[...].text.hasSuffix("******** ******** ********"))
        let success = await access.send(access.request("/x?ok=1", .bytes(body), idempotencyKey: "k"))
        guard case .answered(200, _, let untouched, let shown) = success else {
            Issue.record("\(success)")
            return
        }
        #expect(untouched[...].text.hasSuffix(body[...].text), "what is read is read as it came")
        #expect(shown?[...].text.hasSuffix("******** ******** ********") == true, "what people see is not")
    }

    @Test(arguments: [
        ("http://proxy:3128", []), ("http://user@proxy:3128", ["user", "user"]),
        ("http://u:p@proxy", ["u:p", "u:p", "p", "p"]),
        ("socks5h://u:p%3Aq%2@proxy", ["u:p%3Aq%2", "u:p:q%2", "p%3Aq%2", "p:q%2"]), ("nonsense", []),
    ])
    func `what is secret in the address of a proxy`(address: String, secrets: [String]) {
        #expect(WebAddress.logins(in: Secret(address)).map(\.revealed) == secrets)
    }
}
