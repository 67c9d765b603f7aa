/// What an expression of PromQL names: metrics, with the labels that select of them, and labels to group by.
struct PromQLNames {
    struct Selector {
        let metric: String
        var matchers: [Matcher] = []
    }

    struct Matcher {
        let label: String
        /// Split at `|`, where it is a regular expression of alternatives.
        let values: [String]
    }

    private(set) var selectors: [Selector] = []
    /// Those behind by, without, on and ignoring.
    private(set) var groupings: [String] = []

    private var rest: Substring

    init(_ expression: String) {
        rest = expression[...]
        while let character = rest.first {
            if Self.beginsName(character) {
                name()
            } else if character == "{", let last = selectors.indices.last {
                selectors[last].matchers = matchers()
            } else if character == "[" {
                take { $0 != "]" }
            } else if character.isNumber {
                take { Self.continuesName($0) || $0 == "." }
            } else {
                rest.removeFirst()
            }
        }
    }

    private static let operators: Set<Substring> = ["and", "or", "unless", "bool", "offset"]
    private static let groupers: Set<Substring> = ["by", "without", "on", "ignoring", "group_left", "group_right"]

    private static func beginsName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character == "_")
    }

    private static func continuesName(_ character: Character) -> Bool {
        beginsName(character) || character == ":" || character.isNumber
    }

    @discardableResult
    private mutating func take(while condition: (Character) -> Bool) -> Substring {
        let taken = rest.prefix(while: condition)
        rest = rest.dropFirst(taken.count)
        return taken
    }

    private mutating func name() {
        let word = take(while: Self.continuesName)
        take { $0.isWhitespace }
        if Self.groupers.contains(word) {
            let list = take { $0 != ")" }.drop { $0 == "(" }
            groupings += list.split { !Self.continuesName($0) }.map { String($0) }
        } else if !Self.operators.contains(word), rest.first != "(",
            !Self.groupers.contains(rest.prefix(while: Self.continuesName))
        {
            selectors.append(Selector(metric: String(word)))
        }
    }

    /// The matchers between braces.
    private mutating func matchers() -> [Matcher] {
        var matchers: [Matcher] = []
        rest.removeFirst()
        while let character = rest.first, character != "}" {
            guard Self.beginsName(character) else {
                rest.removeFirst()
                continue
            }
            let label = take(while: Self.continuesName)
            let comparison = take { $0 != "\"" }
            rest = rest.dropFirst()
            let value = take { $0 != "\"" }
            rest = rest.dropFirst()
            let values = comparison.contains("~") ? value.split(separator: "|") : [value]
            matchers.append(Matcher(label: String(label), values: values.map { String($0) }))
        }
        rest = rest.dropFirst()
        return matchers
    }
}
