package import Basics

extension Digits {
    /// Reads a caller ID as people write one: digits, blanks and `( ) - . +`.
    ///
    /// 10 to 15 digits must remain; of 11 that begin with 1, the country code of North America, the 1 is dropped, so
    /// that both forms are the same number.
    package init(written bytes: Bytes) throws(WrittenNumberError) {
        var digits: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits.count < Self.limit else { throw .tooManyDigits }
                digits.append(byte)
            case ASCII.space, UInt8(ascii: "\t"), UInt8(ascii: "("), UInt8(ascii: ")"), ASCII.minus, ASCII.dot,
                UInt8(ascii: "+"):
                break
            default: throw .otherCharacter
            }
        }
        guard digits.count >= 10 else { throw .tooFewDigits }
        let isLong = digits.count == 11 && digits.first == UInt8(ascii: "1")
        guard let number = Digits(digits.dropFirst(isLong ? 1 : 0).text) else { throw .tooManyDigits }
        self = number
    }

    /// Reads a caller ID as `init(written:)`; `nil` when it is none, or longer than 64 bytes.
    package init?(callerID text: String) {
        guard text.utf8.count <= 64, let digits = try? Digits(written: Array(text.utf8)[...]) else { return nil }
        self = digits
    }

    /// The area code that the number itself shows: the first three of 10 digits; empty for longer numbers.
    package var ownAreaCode: Digits { count == 10 ? prefix(3) : .none }
}

/// Why a text is not a caller ID.
package enum WrittenNumberError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooFewDigits
    case tooManyDigits
    case otherCharacter

    package var description: String {
        switch self {
        case .tooFewDigits: "fewer than 10 digits"
        case .tooManyDigits: "more than 15 digits"
        case .otherCharacter: "another character than digits, blanks and ( ) - . +"
        }
    }
}
