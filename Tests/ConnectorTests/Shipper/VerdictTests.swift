import Basics
import Connector
import Testing

struct VerdictTests {
    private func verdict(_ status: Int, _ body: String = "", retryAfter: Duration? = nil, isGzip: Bool = false)
        -> Verdict
    {
        Verdict(.answered(status: status, retryAfter: retryAfter, body: Array(body.utf8)), count: 5, isGzip: isGzip)
    }

    @Test(arguments: [200, 201, 202, 204])
    func `success is delivered`(status: Int) {
        #expect(verdict(status) == .delivered(queued: nil))
        #expect(verdict(status, #"{"queued_count":5,"job_ids":["a"]}"#) == .delivered(queued: nil))
        #expect(verdict(status, #"{"ok":true}"#) == .delivered(queued: nil))
    }

    @Test func `an API that says it queued fewer is believed, and told about`() {
        #expect(verdict(202, #"{"queued_count":3}"#) == .delivered(queued: 3))
    }

    @Test(arguments: ["<html><body>Please log in</body></html>", #"{"queued_count":5"#, "ok"])
    func `a success whose body is not JSON is somebody else's`(body: String) {
        guard case .retry = verdict(200, body) else {
            Issue.record("taken for a delivery")
            return
        }
    }

    @Test(arguments: [206, 301, 302, 400, 401, 403, 404, 405, 408, 409, 413, 422, 425, 429, 500, 502, 503, 504, 599])
    func `every other answer keeps the records`(status: Int) {
        guard case .retry(let after, let reason) = verdict(status, "why", retryAfter: .seconds(7)) else {
            Issue.record("given up")
            return
        }
        #expect(after == .seconds(7))
        #expect(reason.contains("\(status)") && reason.contains("why"))
    }

    @Test func `415 turns compression off, once`() {
        #expect(verdict(415, isGzip: true) == .retryPlain)
        guard case .retry = verdict(415, isGzip: false) else {
            Issue.record("plain again and again")
            return
        }
    }

    @Test func `no answer keeps the records, and a stop proves nothing`() {
        #expect(Verdict(.failed("refused"), count: 1, isGzip: false) == .retry(after: nil, reason: "refused"))
        #expect(Verdict(.cancelled, count: 1, isGzip: false) == .unknown)
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("99999999999999999999", Int(Int32.max)), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sat, 21 Nov 2026 01:33:05 GMT", 60),
    ])
    func `Retry-After is seconds or a date`(text: String, seconds: Int) {
        #expect(RetryAfter.wait(text, now: Timestamp(seconds: 1_795_224_725)) == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "-5", "1.5", "Sat, 21 Foo 2026 01:33:05 GMT", "Sat, 21 Nov 2026 25:33:05 GMT"])
    func `Retry-After that is neither is left out`(text: String) {
        #expect(RetryAfter.wait(text, now: Timestamp(seconds: 0)) == nil)
    }
}
