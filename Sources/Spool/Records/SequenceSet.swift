/// A set of record numbers, stored as ranges: records are added and removed in order, so there are few ranges.
struct SequenceSet: Equatable, CustomStringConvertible {
    private(set) var ranges: [ClosedRange<Int>] = []

    init() {}

    /// - Parameter numbers: in ascending order.
    init(_ numbers: some Sequence<Int>) { for number in numbers { append(number) } }

    /// The most numbers of a batch; a row with more is damaged, and each number costs memory.
    static let largest = 1 << 20

    /// Reads the form `1-5,8`; `nil` for anything else, for numbers that do not ascend, and for more than `largest`.
    init?(_ text: String) {
        var count = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard bounds.count <= 2, let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
                first > ranges.last?.upperBound ?? -1, last < .max
            else {
                return nil
            }
            count += min(last - first, Self.largest) + 1
            guard count <= Self.largest else { return nil }
            ranges.append(first...last)
        }
    }

    var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// Adds a number above all numbers in the set.
    private mutating func append(_ number: Int) {
        if let last = ranges.last, last.upperBound == number &- 1 {
            ranges[ranges.count - 1] = last.lowerBound...number
        } else {
            ranges.append(number...number)
        }
    }
}
