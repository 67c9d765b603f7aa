/// A first-in, first-out queue; each operation takes constant time on average.
package struct Queue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    package init() {}

    package var count: Int { elements.count - head }

    package var first: Element? { head < elements.count ? elements[head] : nil }

    package mutating func append(_ element: Element) { elements.append(element) }

    /// Removes the first element; the queue must not be empty.
    package mutating func removeFirst() {
        head += 1
        guard head > 64, head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }

    /// Removes all elements that `isWanted` rejects, in one pass.
    package mutating func keep(_ isWanted: (Element) -> Bool) {
        elements = elements[head...].filter(isWanted)
        head = 0
    }
}
