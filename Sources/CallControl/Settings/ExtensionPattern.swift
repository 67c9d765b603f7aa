package import Basics
import Glibc

/// A regular expression (POSIX, extended) that says which names are extensions.
package struct ExtensionPattern: Sendable, Equatable {
    package let text: String
    private let compiled: Compiled

    /// Two to seven digits.
    package static let standard = ExtensionPattern(text: "^[0-9]{2,7}$", Compiled())

    /// The longest name, in bytes; a longer one is no extension.
    private static let longest = 64

    /// - Returns: `nil` when the text is no regular expression.
    package init?(_ text: String) {
        guard text != Self.standard.text else {
            self = .standard
            return
        }
        var expression = unsafe regex_t()
        guard unsafe regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        self.init(text: text, unsafe Compiled(expression))
    }

    private init(text: String, _ compiled: Compiled) {
        self.text = text
        self.compiled = compiled
    }

    package func matches(_ name: Bytes) -> Bool {
        guard 1...Self.longest ~= name.count, !name.contains(0) else { return false }
        return compiled.matches(name)
    }

    package static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    /// What regcomp made; regexec may be called by several threads.
    @safe
    private final class Compiled: @unchecked Sendable {
        /// `nil` for the standard one, which needs no library.
        private var expression: regex_t?

        init() {}

        init(_ expression: regex_t) { unsafe self.expression = unsafe expression }

        deinit {
            guard var expression = unsafe expression else { return }
            unsafe regfree(&expression)
        }

        func matches(_ name: Bytes) -> Bool {
            guard var expression = unsafe expression else {
                return 2...7 ~= name.count && name.allSatisfy(ASCII.isDigit)
            }
            let text = name.map { CChar(bitPattern: $0) } + [0]
            return unsafe regexec(&expression, text, 0, nil, 0) == 0
        }
    }
}
