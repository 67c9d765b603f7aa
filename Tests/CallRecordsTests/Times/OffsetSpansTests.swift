import Basics
import CallRecords
import Testing

struct OffsetSpansTests {
    private func spans(_ pairs: [(Int, Int)]) -> [[Int]] {
        var spans = OffsetSpans()
        for (instant, offset) in pairs { spans.learn(offset, at: instant) }
        return spans.spans.map { [$0.from, $0.to, $0.offset] }
    }

    @Test func `times with one offset are one span, in whatever order they come`() {
        #expect(spans([(1000, 0), (5000, 0), (3000, 0)]) == [[1000, 5000, 0]])
        #expect(spans([(5000, 0), (1000, 0)]) == [[1000, 5000, 0]])
    }

    @Test func `a span ends where another offset begins`() {
        #expect(spans([(1000, 3600), (5000, 3600), (6000, 0), (9000, 0)]) == [[1000, 5000, 3600], [6000, 9000, 0]])
        #expect(
            spans([(1000, 0), (2000, 3600), (3000, 0)]) == [[1000, 1000, 0], [2000, 2000, 3600], [3000, 3000, 0]]
        )
    }

    @Test func `two spans become one when a time between them joins them`() {
        let week = 7 * 86_400
        #expect(spans([(0, 0), (week + 10, 0)]) == [[0, 0, 0], [week + 10, week + 10, 0]])
        #expect(spans([(0, 0), (week + 10, 0), (100, 0)]) == [[0, week + 10, 0]])
    }

    @Test func `after a contradiction nothing is certain around it`() {
        #expect(spans([(1000, 0), (5000, 0), (3000, 3600)]) == [[3000, 3000, 3600]])
    }

    @Test func `the last 16 are kept`() {
        let many = spans((0..<40).map { ($0 * 1000, $0 % 2 * 3600) })
        #expect(many.count == 16)
        #expect(many.last == [39_000, 39_000, 3600])
    }

    @Test func `times outside of all reason are not learned`() {
        #expect(spans([(-1, 0), (1 << 40, 0), (.max, 0), (.min, 0)]).isEmpty)
    }

    @Test func `they are the same after a restart`() {
        var spans = OffsetSpans()
        spans.learn(-14_400, at: 1_782_900_000)
        spans.learn(-14_400, at: 1_782_990_000)
        spans.learn(20_700, at: 1_783_000_000)
        #expect(spans.isWorthKeeping)
        let content = spans.taken()
        #expect(!spans.isWorthKeeping)
        #expect(OffsetSpans(kept: content).spans == spans.spans)
        spans.learn(20_700, at: 1_783_000_001)
        #expect(!spans.isWorthKeeping, "a second more is not worth a flush")
        spans.learn(20_700, at: 1_783_000_900)
        #expect(spans.isWorthKeeping)
        _ = spans.taken()
        spans.wereNotKept()
        #expect(spans.isWorthKeeping)
    }

    @Test(arguments: [
        "", "x", "{}", "[[]]", "[[1,2]]", "[[1,2,3]]", "[[2,1,0]]", "[[1,2,0],[2,3,900]]", "[[-1,2,0]]",
        #"[["1",2,0]]"#,
        "[[1,2,99000]]", "[[1,1099511627776,0]]", "[[1,2,0]", "[[1,9223372036854775807,0]]", "[null]", "[1.5]",
    ])
    func `what is none of them gives none`(text: String) {
        #expect(OffsetSpans(kept: Array(text.utf8)).spans.isEmpty)
    }

    @Test func `any garbage is survived, and what remains is in order`() {
        var random = SplitMix64(seed: 11)
        let valid = Array("[[1782900000,1782990000,-14400],[1783000000,1783000000,20700]]".utf8)
        for _ in 0..<2000 {
            var bytes = valid
            for _ in 0...random.pick(0...3) {
                bytes[random.pick(0...(bytes.count - 1))] = UInt8(truncatingIfNeeded: random.pick(32...126))
            }
            let spans = OffsetSpans(kept: bytes).spans
            for (one, next) in zip(spans, spans.dropFirst()) { #expect(one.to < next.from) }
        }
    }
}
