import Basics
import Delivery
import HTTP
import Testing

struct ResponseClassTests {
    private func responseClass(_ status: Int, _ body: String = "", retryAfter: Duration? = nil, isGzip: Bool = false)
        -> ResponseClass
    {
        ResponseClass(
            .answered(status: status, retryAfter: retryAfter, body: Array(body.utf8)),
            count: 5,
            isGzip: isGzip
        )
    }

    @Test func `a 400 speaks of the records only when their bytes were plain`() {
        guard case .confirm = responseClass(400, isGzip: true), case .divide = responseClass(400, isGzip: false) else {
            Issue.record("\(responseClass(400, isGzip: true)), \(responseClass(400, isGzip: false))")
            return
        }
    }

    @Test func `what a person sees of an answer has no secret, and what decides is what came`() {
        let secret = DeliveryOutcome.answered(
            status: 202,
            retryAfter: nil,
            body: Array(#"{"queued_count":5,"error":"the key 5 is unknown"}"#.utf8),
            shown: Array(#"{"queued_count":********}"#.utf8)
        )
        guard case .suspect(let suspicion) = ResponseClass(secret, count: 5, isGzip: false) else {
            Issue.record("taken for a delivery")
            return
        }
        #expect(suspicion.kind == .refusal && suspicion.reason.contains("********"))
        #expect(!suspicion.reason.contains("the key"))
    }

    @Test(arguments: 100...999)
    func `no answer but a success says that records were delivered, and only three statuses blame them`(status: Int) {
        switch responseClass(status, "why", retryAfter: .seconds(7)) {
        case .delivered: #expect([200, 201, 202, 204].contains(status))
        case .moveToDeadLetters, .divide, .shrink: #expect([400, 413, 422].contains(status))
        case .retry(let after, let reason), .pause(let after, let reason):
            #expect(after == .seconds(7))
            #expect(reason.contains("\(status)") && reason.contains("why"))
        case .suspect(let suspicion): #expect(suspicion.reason.contains("\(status)"))
        case .retryPlain, .confirm, .unknown: Issue.record("no decision")
        }
    }

    @Test func `415 turns compression off, once`() {
        #expect(responseClass(415, isGzip: true) == .retryPlain)
        guard case .pause = responseClass(415, isGzip: false) else {
            Issue.record("plain again and again")
            return
        }
    }

    @Test func `no answer keeps the records, and a stop proves nothing`() {
        #expect(ResponseClass(.failed("refused"), count: 1, isGzip: false) == .retry(after: nil, reason: "refused"))
        let untrusted = DeliveryOutcome.misconfigured("TLS failed")
        #expect(ResponseClass(untrusted, count: 1, isGzip: false) == .pause(after: nil, reason: "TLS failed"))
        #expect(ResponseClass(.cancelled, count: 1, isGzip: false) == .unknown)
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
