import Basics
import Delivery
import Recordings
import TestSupport
import Testing

struct UploadPolicyTests {
    private let now = ContinuousClock.now
    private var generator = LargestDelay()

    private func policy(retry: Duration = .seconds(300)) -> UploadPolicy {
        UploadPolicy(pace: DeliveryPace(limit: 10), retryWait: retry)
    }

    private static func answer(_ status: Int, _ body: String = "", retryAfter: Duration? = nil) -> DeliveryOutcome {
        .answered(status: status, retryAfter: retryAfter, body: Array(body.utf8))
    }

    private static func text(_ step: UploadPolicy.Step) -> String {
        switch step {
        case .done: "done"
        case .again(let wait, let attempts): "again after \(wait.formatted), attempts \(attempts)"
        case .park(let attempts): "parked, attempts \(attempts)"
        case .keep: "keep"
        }
    }

    @Test mutating func `each outcome has its step, its pace and its line in the log`() throws {
        let statuses =
            [200, 201, 202, 204, 203, 301, 307] + Array(400...418)
            + [421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 502, 503, 504, 520, 999]
        var outcomes = statuses.map { Self.answer($0) }
        outcomes += [
            Self.answer(200, "<html>Please sign in</html>"), Self.answer(503, retryAfter: .seconds(1200)),
            Self.answer(400, #"{"error":"no audio"}"#), .failed("connection refused"), .cancelled,
            .misconfigured("TLS failed: certificate has expired"),
            Self.answer(200, "{}"), Self.answer(200, "null"), Self.answer(200, "[]"), Self.answer(202, "ok"),
            Self.answer(200, #"{"success":false,"error":"no room"}"#), Self.answer(201, #"{"errors":["no room"]}"#),
            Self.answer(202, #"{"queued_count":0}"#), Self.answer(202, #"{"queued_count":1}"#),
            .incomplete(status: 202, body: [], reason: "transfer closed"),
        ]
        var table = ""
        for outcome in outcomes {
            for attempts in [0, 9] {
                var policy = policy()
                let decision = policy.decide(outcome, attempts: attempts, at: now, using: &generator)
                let name =
                    switch outcome {
                    case .answered(let status, let wait, let body, _):
                        "\(status)\(wait.map { " Retry-After \($0.formatted)" } ?? "") '\(String(decoding: body, as: UTF8.self))'"
                    case .incomplete(let status, _, let reason): "\(status) incomplete: \(reason)"
                    case .failed(let reason, _), .misconfigured(let reason): reason
                    case .cancelled: "cancelled"
                    }
                let pause = policy.pace.pause.map { "\($0.reason.rawValue) \(($0.until - now).formatted)" } ?? "none"
                table += "\(name) after \(attempts): \(Self.text(decision.step))"
                table += "; failure \(decision.failure?.rawValue ?? "none"); pause \(pause)"
                for notice in decision.notices {
                    let fields = notice.fields.map { "\($0.key)=[\($0.value)]" }.joined(separator: " ")
                    table += "; \(notice.level.rawValue) \(notice.message) \(fields)"
                }
                table += "\n"
            }
        }
        try expectGolden(Array(table.utf8), "delivery/uploads.txt")
    }

    @Test mutating func `a recording is parked after ten failures while others go well`() {
        var policy = policy()
        var attempts = 0
        for _ in 0..<9 {
            guard
                case .again(_, let count) = policy.decide(
                    Self.answer(500),
                    attempts: attempts,
                    at: now,
                    using: &generator
                ).step
            else {
                Issue.record("given up after \(attempts)")
                return
            }
            attempts = count
            _ = policy.decide(Self.answer(202), attempts: 0, at: now, using: &generator)
        }
        #expect(attempts == 9)
        let last = policy.decide(Self.answer(500), attempts: attempts, at: now, using: &generator)
        #expect(last.step == .park(attempts: 10))
        #expect(last.failure == .unavailable)
    }

    @Test mutating func `no recording is given up while the API takes nothing from anybody`() {
        var policy = policy()
        var attempts = 0
        for hour in 0..<48 {
            let decision = policy.decide(
                .failed("connection refused"),
                attempts: attempts,
                at: now + .seconds(3600 * hour),
                using: &generator
            )
            guard case .again(_, let count) = decision.step else {
                Issue.record("given up")
                return
            }
            attempts = count
        }
        #expect(attempts == 1)
    }

    @Test(arguments: [answer(401), .misconfigured("TLS failed: expired")])
    mutating func `a wrong key or an expired certificate counts against no recording and is an error`(
        outcome: DeliveryOutcome
    ) {
        var policy = policy()
        for _ in 0..<20 {
            let decision = policy.decide(outcome, attempts: 3, at: now, using: &generator)
            #expect(decision.step == .again(after: .zero, attempts: 3))
            #expect(decision.notices.map(\.level) == [.error])
        }
        #expect(policy.pace.pause?.reason == .configuration)
        #expect(policy.pace.allowance(at: now) == 0)
        let success = policy.decide(Self.answer(202), attempts: 0, at: now, using: &generator)
        #expect(success.notices.map(\.message) == ["uploads resumed"])
        #expect(policy.lastError == nil)
    }

    @Test(arguments: [400, 404, 405, 409, 410, 413, 415, 422, 451])
    mutating func `a refusal of one recording does not stop the others`(status: Int) {
        var policy = policy()
        _ = policy.decide(Self.answer(status), attempts: 0, at: now, using: &generator)
        if status == 409 {
            #expect(policy.pace.allowance(at: now + .seconds(1)) == 1, "the API asks to try again")
        } else {
            #expect(policy.pace.allowance(at: now) == 10)
        }
    }

    @Test mutating func `when one recording after the other is refused, none is given up any more`() {
        var policy = policy()
        for _ in 0..<CircuitBreaker.limit {
            _ = policy.decide(Self.answer(422), attempts: 0, at: now, using: &generator)
        }
        let decision = policy.decide(Self.answer(422), attempts: 9, at: now, using: &generator)
        #expect(decision.step == .again(after: .seconds(300), attempts: 9))
        #expect(decision.notices.map(\.level) == [.error])
        #expect(policy.pace.pause?.reason == .contract)
        _ = policy.decide(Self.answer(202), attempts: 0, at: now, using: &generator)
        #expect(!policy.breaker.isOpen)
    }

    @Test mutating func `without retries the first failure parks`() {
        var policy = policy(retry: .zero)
        #expect(policy.decide(Self.answer(500), attempts: 0, at: now, using: &generator).step == .park(attempts: 1))
        #expect(policy.decide(Self.answer(400), attempts: 0, at: now, using: &generator).step == .park(attempts: 1))
    }

    @Test mutating func `a longer wait that the API asked for counts`() {
        var policy = policy()
        let decision = policy.decide(
            Self.answer(429, retryAfter: .seconds(900)),
            attempts: 0,
            at: now,
            using: &generator
        )
        #expect(decision.step == .again(after: .seconds(900), attempts: 1))
        #expect(policy.pace.pause?.until == now + .seconds(900))
    }
}
