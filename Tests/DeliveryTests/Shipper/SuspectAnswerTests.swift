import Basics
import Delivery
import TestSupport
import Testing

/// What suspect answers do to their batch and to others, over time.
struct SuspectAnswerTests {
    private let start = ContinuousClock.now
    private var generator = LargestDelay()
    private var policy: DeliveryPolicy

    init() { policy = Self.policy() }

    private static func policy(
        _ mode: AcknowledgementRules.Mode = .json,
        learned: LearnedDelivery = LearnedDelivery()
    ) -> DeliveryPolicy {
        DeliveryPolicy(
            pace: DeliveryPace(limit: 4),
            compresses: true,
            requestBytes: 1 << 20,
            acknowledgement: mode,
            learned: learned
        )
    }

    private static func answer(_ status: Int, _ body: String = "") -> DeliveryOutcome {
        .answered(status: status, retryAfter: nil, body: Array(body.utf8))
    }

    private static let low = answer(202, #"{"queued_count":3}"#)
    private static let taken = answer(202, #"{"queued_count":5}"#)

    private mutating func decide(
        _ outcome: DeliveryOutcome,
        _ batch: String = "a",
        gzip: Bool = true,
        after seconds: Int = 0
    ) -> DeliveryPolicy.Decision {
        let sent = DeliveryPolicy.Sent(
            records: 5,
            bytes: 5000,
            isGzip: gzip,
            batch: batch,
            sentAt: Timestamp(seconds: 1_795_224_725 + seconds)
        )
        return policy.decide(outcome, of: sent, at: start + .seconds(seconds), using: &generator)
    }

    private func wait(_ decision: DeliveryPolicy.Decision, after seconds: Int = 0) -> Duration? {
        guard case .hold(let until) = decision.step else { return nil }
        return until - (start + .seconds(seconds))
    }

    @Test(arguments: [
        "", "null", "[]", "ok", "<html>", #"{"success":false}"#, #"{"queued_count":4}"#,
    ])
    mutating func `one batch with suspect answers waits by itself, and others go on`(body: String) {
        for second in 0..<50 {
            let decision = decide(Self.answer(200, body), "bad", after: second * 1000)
            #expect(wait(decision, after: second * 1000) ?? .zero > .zero)
            #expect(policy.pace.pause == nil && policy.pace.allowance(at: start) == 4)
            #expect(decide(Self.taken, "good \(second)", after: second * 1000).step == .acknowledge(shortfall: 0))
        }
    }

    @Test mutating func `it backs off up to five minutes, and begins again after a success`() {
        let waits = (0..<12).map { _ in wait(decide(Self.answer(200))) }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map { .seconds($0) })
        #expect(decide(Self.taken).step == .acknowledge(shortfall: 0))
        #expect(wait(decide(Self.answer(200))) == .seconds(1))
    }

    @Test mutating func `suspect answers to three batches and a success to none slow everything down`() {
        #expect(decide(Self.answer(200, "<html>"), "a").notices.map(\.level) == [.warning])
        #expect(decide(Self.answer(200, "<html>"), "b").notices.map(\.level) == [.warning])
        #expect(policy.pace.pause == nil)
        #expect(decide(Self.answer(200, "<html>"), "c").notices.map(\.level) == [.error])
        #expect(policy.pace.pause?.reason == .transient && policy.pace.allowance(at: start) == 0)
        #expect(policy.pace.allowance(at: start + .seconds(1)) == 1)
        let success = decide(Self.taken, "d", after: 5)
        #expect(success.endsPause && policy.pace.pause == nil)
        #expect(!decide(Self.taken, "e", after: 6).endsPause)
    }

    @Test mutating func `the first suspect answer says what came and what helps`() throws {
        let notice = try #require(decide(Self.answer(200)).notices.first)
        #expect(notice.level == .warning)
        let text = notice.fields.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        #expect(text.contains("HTTP 200 with an empty body"))
        #expect(text.contains("answer 204 or a JSON object, or set API_ACK=status"))
    }

    // MARK: queued_count

    @Test mutating func `after three low counts there is an alarm, and one try an hour`() {
        let levels = (0..<5).map { _ in
            let decision = decide(Self.low)
            return (wait(decision), decision.notices.map(\.level))
        }
        #expect(levels.map(\.0) == [1, 2, 3600, 3600, 3600].map { .seconds($0) })
        #expect(levels.map(\.1) == [[.warning], [.warning], [.error], [.error], [.error]])
        #expect(policy.pace.pause == nil, "it holds up its own calls only")
    }

    @Test mutating func `low counts of every batch slow down none of the others`() {
        for number in 0..<50 { _ = decide(Self.low, "batch \(number)") }
        #expect(policy.pace.pause == nil && policy.learned.lowCounts.count == 50)
    }

    @Test mutating func `API_ACK=status accepts a low count with a warning`() {
        policy = Self.policy(.status)
        let decision = decide(Self.low)
        #expect(decision.step == .acknowledge(shortfall: 2) && decision.notices.map(\.level) == [.warning])
        #expect(decision.reservation == .lowCountByStatus(queued: 3))
    }

    @Test(arguments: [
        DeliveryOutcome.failed("the connection broke"), answer(502), answer(504),
        .incomplete(status: 200, body: [], reason: "closed"),
    ])
    mutating func `a low count after a try without an answer is accepted with a warning`(outcome: DeliveryOutcome) {
        _ = decide(outcome)
        _ = decide(Self.answer(503))
        let other = decide(Self.low, "other", after: 1000)
        #expect(wait(other, after: 1000) != nil, "it is about this batch alone")
        let decision = decide(Self.low, after: 1000)
        #expect(decision.step == .acknowledge(shortfall: 2) && decision.notices.map(\.level) == [.warning])
        #expect(decision.reservation == .lowCountAfterSilence(queued: 3))
    }

    @Test(arguments: [
        DeliveryOutcome.failed("refused", mayHaveArrived: false), .misconfigured("TLS failed"), answer(503),
        answer(429), answer(401), answer(200),
        answer(202, #"{"success":false}"#), .cancelled, answer(415),
    ])
    mutating func `a low count after any other try is not`(outcome: DeliveryOutcome) {
        _ = decide(outcome)
        #expect(wait(decide(Self.low, after: 1000), after: 1000) != nil)
    }

    @Test mutating func `a batch that an earlier run left may have arrived, unless its count was low`() {
        for _ in 0..<3 { _ = decide(Self.low, "low") }
        policy = Self.policy(learned: policy.learned)
        policy.takeOver(["low", "cut off"])
        #expect(decide(Self.low, "cut off").step == .acknowledge(shortfall: 2))
        let again = decide(Self.low, "low")
        #expect(wait(again) == .seconds(3600) && again.notices.map(\.level) == [.error])
        #expect(policy.learned.lowCounts == ["low": 3])
        _ = decide(Self.taken, "low")
        #expect(policy.learned == LearnedDelivery(), "what is delivered is forgotten")
    }

    @Test mutating func `the parts of a batch that may have arrived may have, too`() {
        _ = decide(.failed("broken"))
        #expect(decide(Self.answer(422)).step == .split)
        policy.replace("a", by: ["a1", "a2"])
        #expect(decide(Self.low, "a2").step == .acknowledge(shortfall: 2))
    }

    // MARK: 400 to gzip

    @Test mutating func `a 400 to gzip is tried plain at once, and a success turns gzip off`() {
        #expect(decide(Self.answer(400, "invalid json")).step == .sendAgain)
        #expect(policy.pace.pause == nil)
        #expect(!policy.compresses("a") && policy.compresses("b") && policy.compresses)
        let success = decide(Self.taken, gzip: false)
        #expect(success.step == .acknowledge(shortfall: 0) && success.notices.map(\.level) == [.warning])
        #expect(!policy.compresses)
    }

    @Test mutating func `a 400 to both is about the records, and gzip stays on`() {
        #expect(decide(Self.answer(400)).step == .sendAgain)
        #expect(decide(Self.answer(400), gzip: false).step == .split)
        policy.replace("a", by: ["a1", "a2"])
        #expect(!policy.compresses("a1"), "the parts go plain at once: what was refused is in them")
        #expect(decide(Self.taken, "a1", gzip: false).notices.isEmpty)
        #expect(policy.compresses)
    }

    @Test mutating func `what came between the two changes nothing`() {
        _ = decide(Self.answer(400))
        for outcome in [Self.answer(503), .failed("broken"), Self.answer(200), Self.answer(401)] {
            _ = decide(outcome, gzip: false)
            #expect(!policy.compresses("a"))
        }
        _ = decide(Self.taken, gzip: false, after: 1000)
        #expect(!policy.compresses)
    }

    // MARK: over a restart

    @Test mutating func `over any number of restarts there are twenty dead letters`() {
        var dead = 0
        for _ in 0..<50 {
            for _ in 0..<3 {
                let sent = DeliveryPolicy.Sent(records: 1, bytes: 100, isGzip: false, batch: "\(dead)")
                let decision = policy.decide(Self.answer(422), of: sent, at: start, using: &generator)
                if case .moveToDeadLetters = decision.step { dead += 1 }
            }
            policy = Self.policy(learned: policy.learned)
            if policy.breaker.isOpen { #expect(policy.pace.allowance(at: start) == 1, "one probe at a time") }
        }
        #expect(dead == 20)
        _ = decide(Self.taken)
        policy = Self.policy(learned: policy.learned)
        #expect(!policy.breaker.isOpen)
    }

    @Test mutating func `a size that was learned outlives a restart, and ends after a day`() {
        #expect(decide(Self.answer(413)).step == .split)
        let learned = policy.learned
        #expect(policy.requestBytes == 16 << 10)
        policy = Self.policy(learned: learned)
        #expect(policy.requestBytes == 16 << 10)
        policy.expireLimit(at: Timestamp(seconds: 1_795_224_725 + 86399))
        #expect(policy.requestBytes == 16 << 10)
        policy.expireLimit(at: Timestamp(seconds: 1_795_224_725 + 86400))
        #expect(policy.requestBytes == 1 << 20)
        #expect(policy.learned == LearnedDelivery())
    }

    // MARK: an outage

    /// Row 22 of the fault matrix, with injected time.
    @Test mutating func `in an outage of 72 hours there are few requests, and no stampede after it`() {
        var random = SplitMix64(seed: 7)
        var now = start
        var requests = 0
        let end = start + .seconds(72 * 3600)
        while now < end {
            #expect(policy.pace.allowance(at: now) <= (requests == 0 ? 4 : 1))
            let sent = DeliveryPolicy.Sent(records: 200, bytes: 100_000, isGzip: true, batch: "oldest")
            let decision = policy.decide(.failed("refused"), of: sent, at: now, using: &random)
            #expect(decision.step == .sendAgain)
            requests += 1
            now = policy.pace.pause?.until ?? now
        }
        // Full jitter under five minutes: 150 s on average.
        #expect((1000...3000).contains(requests), "\(requests)")
        #expect(now - end <= .seconds(300), "it is noticed within five minutes")
        var allowances: [Int] = []
        for number in 0..<4 {
            allowances.append(policy.pace.allowance(at: now))
            let sent = DeliveryPolicy.Sent(records: 200, bytes: 100_000, isGzip: true, batch: "\(number)")
            _ = policy.decide(Self.answer(202), of: sent, at: now, using: &random)
        }
        #expect(allowances == [1, 2, 4, 4])
    }
}
