import Basics
import Delivery
import TestSupport
import Testing

struct DeliveryPolicyTests {
    private let now = ContinuousClock.now
    private var generator = LargestDelay()

    private func policy(concurrency: Int = 4) -> DeliveryPolicy {
        DeliveryPolicy(pace: DeliveryPace(limit: concurrency), compresses: true, requestBytes: 1 << 20)
    }

    private static func answer(_ status: Int, _ body: String = "", retryAfter: Duration? = nil) -> DeliveryOutcome {
        .answered(status: status, retryAfter: retryAfter, body: Array(body.utf8))
    }

    private func sent(
        _ records: Int,
        bytes: Int = 100_000,
        gzip: Bool = true,
        batch: String = "a"
    ) -> DeliveryPolicy.Sent {
        .init(records: records, bytes: bytes, isGzip: gzip, batch: batch, sentAt: Timestamp(seconds: 1_795_224_725))
    }

    // MARK: the table

    private static let html = "<html><body>Please sign in</body></html>"

    /// Everything that the table has: an outcome, and whether it matters how many records or whether gzip was sent.
    private static let outcomes: [(DeliveryOutcome, [(records: Int, gzip: Bool)])] = {
        let usual = [(records: 200, gzip: true)]
        let sizes = [(records: 200, gzip: true), (2, true), (1, true)]
        let codings = [(records: 200, gzip: true), (200, false)]
        var outcomes: [(DeliveryOutcome, [(records: Int, gzip: Bool)])] = []
        for status in [200, 201, 202, 204] {
            outcomes.append((answer(status), usual))
            outcomes.append((answer(status, #"{"queued_count":200,"job_ids":["a"]}"#), usual))
            outcomes.append((answer(status, html), usual))
        }
        for body in [#"{"queued_count":199}"#, #"{"queued_count":0}"#, #"{"queued_count":-1}"#] {
            outcomes.append((answer(202, body), usual))
        }
        for body in [#"{"queued_count":201}"#, #"{"queued_count":"many"}"#, #"{"queued_count":2"#, "ok"] {
            outcomes.append((answer(200, body), usual))
        }
        for body in ["{}", "null", "[]", "true", "0", #""ok""#, #"{"success":false}"#, #"{"error":"quota"}"#] {
            outcomes.append((answer(200, body), usual))
            outcomes.append((answer(202, body), usual))
        }
        for status in [200, 201, 202, 203] {
            outcomes.append((.incomplete(status: status, body: [], reason: "transfer closed"), usual))
        }
        for status in [100, 203, 205, 206, 207, 208, 226] { outcomes.append((answer(status, "{}"), usual)) }
        for status in 300...308 { outcomes.append((answer(status), usual)) }
        for status in Array(400...418) + [421, 422, 423, 424, 425, 426, 428, 429, 431, 451] {
            let cases =
                switch status {
                case 400: sizes + sizes.map { ($0.0, false) }
                case 413, 422: sizes
                case 415: codings
                default: usual
                }
            outcomes.append((answer(status, status % 2 == 0 ? #"{"error":"no"}"# : ""), cases))
        }
        for status in [460, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 524, 599, 600, 999] {
            outcomes.append((answer(status, status == 502 ? html : ""), usual))
        }
        for seconds in [0, 2, 3600, 3601, Int(Int32.max), -5] {
            outcomes.append((answer(429, retryAfter: .seconds(seconds)), usual))
            outcomes.append((answer(401, retryAfter: .seconds(seconds)), usual))
        }
        outcomes.append((.failed("cannot connect to api.example: connection refused"), sizes))
        outcomes.append((.misconfigured("TLS failed: the certificate has expired"), usual))
        outcomes.append((.cancelled, usual))
        return outcomes
    }()

    private static func text(_ outcome: DeliveryOutcome) -> String {
        switch outcome {
        case .answered(let status, let retryAfter, let body, _):
            let wait = retryAfter.map { " Retry-After: \($0.components.seconds)" } ?? ""
            return "\(status)\(wait) '\(String(decoding: body, as: UTF8.self))'"
        case .incomplete(let status, _, _): return "\(status) incomplete"
        case .failed: return "no answer"
        case .misconfigured: return "misconfigured"
        case .cancelled: return "cancelled"
        }
    }

    private static func text(_ responseClass: ResponseClass) -> String {
        switch responseClass {
        case .delivered: "delivered"
        case .retry: "retry"
        case .retryPlain: "plain"
        case .confirm: "confirm"
        case .suspect: "suspect"
        case .pause: "pause"
        case .divide: "divide"
        case .shrink: "shrink"
        case .moveToDeadLetters: "dead-letter"
        case .unknown: "unknown"
        }
    }

    private func text(_ step: DeliveryPolicy.Step) -> String {
        switch step {
        case .acknowledge(let shortfall): shortfall == 0 ? "acknowledge" : "acknowledge (\(shortfall) short)"
        case .sendAgain: "send again"
        case .hold(let until): "hold for \((until - now).formatted)"
        case .split: "split"
        case .moveToDeadLetters(let refusal): "dead letter (\(refusal.status), \(refusal.reason))"
        case .keep: "keep"
        }
    }

    @Test mutating func `each outcome has its decision, its step and its line in the log`() throws {
        var table = ""
        for (outcome, cases) in Self.outcomes {
            for (records, gzip) in cases {
                var policy = policy()
                let responseClass = ResponseClass(outcome, count: records, isGzip: gzip)
                let decision = policy.decide(
                    outcome,
                    of: sent(records, gzip: gzip),
                    at: now,
                    using: &generator
                )
                let request = "\(records) records, 100000 bytes \(gzip ? "gzip" : "plain")"
                table += "\(Self.text(outcome)), \(request) -> \(Self.text(responseClass)): \(text(decision.step))"
                for notice in decision.notices {
                    let fields = notice.fields.map { "\($0.key)=[\($0.value)]" }.joined(separator: " ")
                    table += "; \(notice.level.rawValue) \(notice.message) \(fields)"
                }
                table += "\n"
            }
        }
        try expectGolden(Array(table.utf8), "delivery/decisions.txt")
    }

    // MARK: what depends on what was before

    @Test mutating func `after three suspect answers in a row the log says so as an error`() {
        var policy = policy()
        let html = Self.answer(200, Self.html)
        var at = now
        var levels: [LogLevel] = []
        for outcome in [html, html, Self.answer(503), html, html, html, html] {
            let decision = policy.decide(outcome, of: sent(5), at: at, using: &generator)
            if case .moveToDeadLetters = decision.step { Issue.record("a dead letter") }
            levels += decision.notices.map(\.level)
            at = at + .seconds(1000)
        }
        #expect(levels == [.warning, .warning, .warning, .warning, .warning, .error, .error])
    }

    @Test mutating func `a request that was too large limits later ones`() {
        var policy = policy()
        func refuse(_ records: Int, _ bytes: Int) -> DeliveryPolicy.Step {
            policy.decide(Self.answer(413), of: sent(records, bytes: bytes), at: now, using: &generator).step
        }
        #expect(refuse(200, 100_000) == .split)
        #expect(policy.requestBytes == 50_000)
        #expect(refuse(200, 200_000) == .split)
        #expect(policy.requestBytes == 50_000, "what is known already")
        #expect(refuse(2, 100) == .split)
        #expect(policy.requestBytes == 16 << 10, "smaller requests are not the cure")
        #expect(refuse(1, 100) == .moveToDeadLetters(Refusal(status: 413, body: [])))
        #expect(policy.pace.pause == nil, "nothing of it needs a wait")
    }

    @Test mutating func `415 turns compression off and is logged once`() {
        var policy = policy()
        let first = policy.decide(Self.answer(415), of: sent(5), at: now, using: &generator)
        #expect(first.step == .sendAgain && first.notices.count == 1)
        #expect(!policy.compresses && policy.pace.allowance(at: now) == 4)
        let inFlightWithIt = policy.decide(Self.answer(415), of: sent(5), at: now, using: &generator)
        #expect(inFlightWithIt.step == .sendAgain && inFlightWithIt.notices.isEmpty)
        _ = policy.decide(Self.answer(415), of: sent(5, gzip: false), at: now, using: &generator)
        #expect(policy.pace.pause?.reason == .configuration)
    }

    @Test mutating func `the twentieth dead letter in a row is the last one`() {
        var policy = policy()
        var at = now
        for number in 1...60 {
            let decision = policy.decide(Self.answer(422), of: sent(1), at: at, using: &generator)
            #expect(decision.step == (number <= 20 ? .moveToDeadLetters(Refusal(status: 422, body: [])) : .sendAgain))
            #expect(policy.breaker.isOpen == (number >= 20))
            #expect(decision.notices.contains { $0.level == .error } == (number >= 20))
            at = policy.pace.pause?.until ?? at
        }
        #expect(policy.pace.pause?.reason == .contract && policy.pace.allowance(at: at) == 1)
        let divided = policy.decide(Self.answer(400), of: sent(9, gzip: false), at: at, using: &generator)
        #expect(divided.step == .split, "a healthy half could close the circuit breaker")
        #expect(policy.pace.allowance(at: at) == 0)
        let success = policy.decide(Self.answer(202), of: sent(1), at: at, using: &generator)
        #expect(success.step == .acknowledge(shortfall: 0))
        #expect(success.notices.map(\.level) == [.info])
        #expect(!policy.breaker.isOpen && policy.pace.pause == nil && policy.lastError == nil)
        let next = policy.decide(Self.answer(422), of: sent(1), at: at, using: &generator)
        #expect(next.step == .moveToDeadLetters(Refusal(status: 422, body: [])))
    }

    @Test mutating func `a success between dead letters keeps the circuit breaker closed`() {
        var policy = policy()
        for number in 1...100 {
            let outcome = Self.answer(number % 20 == 0 ? 202 : 400)
            let decision = policy.decide(outcome, of: sent(1, gzip: false), at: now, using: &generator)
            #expect(decision.step != .sendAgain)
        }
        #expect(!policy.breaker.isOpen)
    }

    @Test mutating func `other failures neither count for the circuit breaker nor close it`() {
        var policy = policy()
        for _ in 1...19 { _ = policy.decide(Self.answer(400), of: sent(1, gzip: false), at: now, using: &generator) }
        for outcome in [
            Self.answer(200), Self.answer(202, #"{"queued_count":0}"#), Self.answer(202, #"{"error":"x"}"#),
            Self.answer(503), Self.answer(401), Self.answer(200, Self.html), .failed("refused"), .cancelled,
        ] {
            _ = policy.decide(outcome, of: sent(1), at: now, using: &generator)
        }
        #expect(!policy.breaker.isOpen)
        _ = policy.decide(Self.answer(400), of: sent(1, gzip: false), at: now, using: &generator)
        #expect(policy.breaker.isOpen)
        _ = policy.decide(Self.answer(503), of: sent(1), at: now, using: &generator)
        #expect(policy.breaker.isOpen)
    }

    @Test mutating func `after a transient failure, a success is not logged`() {
        var policy = policy()
        _ = policy.decide(Self.answer(503), of: sent(1), at: now, using: &generator)
        #expect(policy.lastError?.contains("503") == true)
        #expect(policy.decide(Self.answer(202), of: sent(1), at: now, using: &generator).notices.isEmpty)
        #expect(policy.lastError == nil)
    }
}
