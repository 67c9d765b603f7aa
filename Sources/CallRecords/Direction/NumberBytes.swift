import Basics

/// The significant characters of a number, however it is written: digits, `*`, `#` and a leading `+`.
struct NumberBytes: Sequence, IteratorProtocol {
    private let number: Bytes
    private var index: Int
    private var isAtStart = true

    init(_ number: Bytes) {
        self.number = number
        index = number.startIndex
    }

    mutating func next() -> UInt8? {
        while index < number.endIndex {
            let byte = number[index]
            index += 1
            let isSign =
                byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#") || (isAtStart && byte == NumberBytes.plus)
            guard isSign || ASCII.isDigit(byte) else { continue }
            isAtStart = false
            return byte
        }
        return nil
    }

    static let plus = UInt8(ascii: "+")
}
