package import Basics

/// Classifies numbers by their form.
package struct NumberPlan: Sendable {
    private let extensionLengths: ClosedRange<Int>
    private let internationalPrefixes: [[UInt8]]
    private let recognisesE164: Bool

    package init(_ settings: DirectionSettings) {
        extensionLengths = settings.extensionLengths
        internationalPrefixes = settings.internationalPrefixes.map { Array($0.utf8) }
        recognisesE164 = settings.recognisesE164
    }

    /// The type of a number: the first one that matches.
    package func type(of number: Bytes) -> NumberType {
        if Self.isAnonymous(number) { return .anonymous }
        let shape = Shape(number)
        if shape.first == UInt8(ascii: "*") { return .extension }
        guard shape.hasDigitsOnly else { return .unknown }
        if !shape.hasPlus && extensionLengths.contains(shape.digits) { return .extension }
        if recognisesE164 && shape.hasPlus && (10...15).contains(shape.digits) { return .international }
        if internationalPrefixes.contains(where: { Self.follows($0, number, shape) }) { return .international }
        guard !shape.hasPlus else { return .unknown }
        if shape.digits == 10 || (shape.digits == 11 && shape.first == UInt8(ascii: "1")) { return .longDistance }
        return shape.digits == 7 ? .local : .unknown
    }

    /// Whether a number is a feature code such as `*97`.
    func isFeatureCode(_ number: Bytes) -> Bool {
        var bytes = NumberBytes(number)
        return bytes.next() == UInt8(ascii: "*")
    }

    /// Whether the destination is a star and four digits but not a feature code: `Dial` passed the whole number on, or
    /// the last application is unknown.
    func isStarNumber(_ call: DirectionInput) -> Bool {
        let number = Array(NumberBytes(call.destination))
        guard number.count == 5, number[0] == UInt8(ascii: "*"), number[1...].allSatisfy(ASCII.isDigit) else {
            return false
        }
        if call.lastApplication.isEmpty { return true }
        return call.lastApplication.equalsIgnoringCase("dial") && call.lastData.firstRange(of: number) != nil
    }

    /// The form of a number: its first character and how many digits it has.
    private struct Shape {
        private(set) var first: UInt8?
        private(set) var digits = 0
        private var count = 0

        init(_ number: Bytes) {
            for byte in NumberBytes(number) {
                if first == nil { first = byte }
                if ASCII.isDigit(byte) { digits += 1 }
                count += 1
            }
        }

        var hasPlus: Bool { first == NumberBytes.plus }
        /// Whether the number has at least one digit and nothing else after an optional `+`.
        var hasDigitsOnly: Bool { digits > 0 && count == digits + (hasPlus ? 1 : 0) }
    }

    /// Whether the number starts with the prefix and continues after it.
    private static func follows(_ prefix: [UInt8], _ number: Bytes, _ shape: Shape) -> Bool {
        guard shape.digits + (shape.hasPlus ? 1 : 0) > prefix.count else { return false }
        var bytes = NumberBytes(number)
        return prefix.allSatisfy { bytes.next() == $0 }
    }

    private static func isAnonymous(_ number: Bytes) -> Bool {
        // Fast path: nearly every number begins with a digit, and no anonymous caller does.
        guard let first = number.first, !ASCII.isDigit(first) else { return number.isEmpty }
        var name = number.drop { $0 == ASCII.space }
        while name.last == ASCII.space { name = name.dropLast() }
        return switch name.count {
        case 0: true
        case 7: name.equalsIgnoringCase("private") || name.equalsIgnoringCase("unknown")
        case 9: name.equalsIgnoringCase("anonymous")
        case 10: name.equalsIgnoringCase("restricted")
        case 11: name.equalsIgnoringCase("unavailable")
        default: false
        }
    }
}
