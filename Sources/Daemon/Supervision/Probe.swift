import Basics

/// A question to a part of the program, which is repeated only after an answer.
package final class Probe: Sendable {
    private let asked = Counter()
    private let answered = Counter()

    package init() {}

    /// The number of answered questions.
    package var answers: Int { answered.value }

    /// Asks unless an answer is outstanding; call it from one thread only.
    ///
    /// - Parameter body: passes on the question and calls its argument on the answer; must not block.
    package func ask(_ body: (@escaping @Sendable () -> Void) -> Void) {
        guard asked.value == answered.value else { return }
        asked.add()
        let answered = answered
        body { answered.add() }
    }
}
