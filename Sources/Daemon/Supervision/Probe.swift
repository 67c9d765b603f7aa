import Basics

/// A question to a part of the program that is asked again only when it was answered.
package final class Probe: Sendable {
    private let asked = Counter()
    private let answered = Counter()

    package init() {}

    /// How many questions were answered.
    package var answers: Int { answered.value }

    /// Asks, unless an answer is still to come; one thread does.
    ///
    /// - Parameter body: does what it is given once it is asked; must not wait.
    package func ask(_ body: (@escaping @Sendable () -> Void) -> Void) {
        guard asked.value == answered.value else { return }
        asked.add()
        let answered = answered
        body { answered.add() }
    }
}
