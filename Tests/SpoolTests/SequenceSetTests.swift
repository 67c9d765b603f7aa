import Testing

@testable import Spool

struct SequenceSetTests {
    @Test(arguments: [("1", [1]), ("1-3", [1, 2, 3]), ("1-2,4,7-9", [1, 2, 4, 7, 8, 9])])
    func `numbers are kept as ranges and read back`(text: String, numbers: [Int]) {
        #expect(SequenceSet(numbers).description == text)
        #expect(SequenceSet(text) == SequenceSet(numbers))
        #expect(SequenceSet(numbers).count == numbers.count)
    }

    @Test(arguments: ["", "x", "1-", "-1", "3-1", "1,,2", "1-2-3"])
    func `what is no set is refused`(text: String) { #expect(SequenceSet(text) == nil) }
}
