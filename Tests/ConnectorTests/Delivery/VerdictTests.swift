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

    @Test func `a count below none is none`() {
        #expect(verdict(202, #"{"queued_count":-3}"#) == .delivered(queued: 0))
    }

    @Test(arguments: ["<html><body>Please log in</body></html>", #"{"queued_count":5"#, "ok"])
    func `a success whose body is not JSON is somebody else's`(body: String) {
        guard case .suspect = verdict(200, body) else {
            Issue.record("taken for a delivery")
            return
        }
    }

    @Test(arguments: 100...999)
    func `no answer but a success says that records were delivered, and only three statuses blame them`(status: Int) {
        switch verdict(status, "why", retryAfter: .seconds(7)) {
        case .delivered: #expect([200, 201, 202, 204].contains(status))
        case .condemn, .divide, .shrink: #expect([400, 413, 422].contains(status))
        case .retry(let after, let reason), .pause(let after, let reason):
            #expect(after == .seconds(7))
            #expect(reason.contains("\(status)") && reason.contains("why"))
        case .suspect(let reason): #expect(reason.contains("\(status)"))
        case .retryPlain, .unknown: Issue.record("no decision")
        }
    }

    @Test func `415 turns compression off, once`() {
        #expect(verdict(415, isGzip: true) == .retryPlain)
        guard case .pause = verdict(415, isGzip: false) else {
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
