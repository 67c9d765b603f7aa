/// An error in a command line, in one sentence; values are shown only where they cannot be secrets.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownCommand(String, hint: String?)
    case unknownOption(String, hint: String?)
    case missingValue(option: String)
    case unexpectedValue(option: String)
    case givenTwice(option: String)
    case notInRange(option: String, value: String, range: ClosedRange<Int>)
    case missingArgument(String)
    case unexpectedArgument(String)

    var description: String {
        switch self {
        case .unknownCommand(let word, let hint): "there is no command '\(word)'\(Self.question(hint))"
        case .unknownOption(let option, let hint): "there is no option \(option)\(Self.question(hint))"
        case .missingValue(let option): "\(option) needs a value; write it behind the option"
        case .unexpectedValue(let option): "\(option) takes no value; leave out what stands behind the ="
        case .givenTwice(let option): "\(option) is given twice; give it once"
        case .notInRange(let option, let value, let range):
            range.upperBound == .max
                ? "\(option) is '\(value)'; give a whole number from \(range.lowerBound)"
                : "\(option) is '\(value)'; give a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .missingArgument(let name): "\(name) is missing; write it behind the command"
        case .unexpectedArgument(let word): "the argument '\(word)' is one too many; leave it out"
        }
    }

    private static func question(_ hint: String?) -> String { hint.map { "; did you mean \($0)?" } ?? "" }
}
