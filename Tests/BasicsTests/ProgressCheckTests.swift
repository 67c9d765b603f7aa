import Basics
import Testing

struct ProgressCheckTests {
    private typealias Sign = ProgressCheck.Sign

    private static let begin = SuspendingClock.now

    /// The parts that are stuck after `signs`, one set every ten seconds, with a limit of thirty seconds.
    private func stuck(_ signs: [[Sign]]) -> [[String]] {
        var check = ProgressCheck(limit: .seconds(30))
        return signs.enumerated().map { check.stuck($1, at: Self.begin + .seconds($0 * 10)) }
    }

    @Test func `a part that takes turns is never stuck, however few`() {
        let signs = (0..<100).map { [Sign("spool", turns: $0 / 3)] }
        #expect(stuck(signs).allSatisfy { $0.isEmpty })
    }

    @Test func `a part without a turn is stuck when the limit is over, until its next turn`() {
        let turns = [0, 5, 5, 5, 5, 5, 6, 6]
        #expect(stuck(turns.map { [Sign("spool", turns: $0)] }) == [[], [], [], [], ["spool"], ["spool"], [], []])
    }

    @Test func `while a part is excused its time does not run, and starts again after that`() {
        let excuses = [false, false, true, false, false, false, true, false]
        let signs = excuses.map { [Sign("ingest", turns: 0, isExcused: $0)] }
        #expect(stuck(signs) == [[], [], [], [], [], ["ingest"], [], []])
    }

    @Test func `an excuse at every second check is enough`() {
        let signs = (0..<100).map { [Sign("ingest", turns: 0, isExcused: $0.isMultiple(of: 2))] }
        #expect(stuck(signs).allSatisfy { $0.isEmpty })
    }

    @Test func `parts are judged one by one and named in their order`() {
        let signs = (0..<5).map { [Sign("b", turns: 0), Sign("a", turns: $0), Sign("c", turns: 0)] }
        #expect(stuck(signs).suffix(2) == [["b", "c"], ["b", "c"]])
    }
}
