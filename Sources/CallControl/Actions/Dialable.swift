import Basics

/// A number, name of a queue or of a context that may be sent to the dialplan: 1 to 64 of `0-9 A-Z a-z * # + . _ -`.
///
/// `@`, `/`, `&` and `,` would leave the allowed context within Dial(Local/…), so they are in none.
package struct Dialable: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        guard 1...64 ~= text.utf8.count, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.lowercased(byte) &- UInt8(ascii: "a") < 26 || "*#+._-".utf8.contains(byte)
    }
}

/// Text that goes to the PBX for people to read, such as a caller's name or a reason: at most 80 bytes, on one line.
package struct ShownText: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        guard text.utf8.count <= 80, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        description = text
    }
}

/// A variable that a request may set on a channel.
///
/// Asterisk splits `Variable` at commas, and a name may be a function that writes a file: so names come from the settings,
/// and values have nothing that Asterisk evaluates.
package struct ChannelVariable: Sendable, Hashable {
    package let name: String
    package let value: String

    /// The most variables of a request.
    package static let limit = 20

    /// - Parameter allowed: the names of CALLS_VARIABLES; one that ends with `*` stands for a prefix.
    package init?(_ name: String, _ value: String, allowed: [String]) {
        let isAllowed = allowed.contains { rule in
            rule.hasSuffix("*") ? name.hasPrefix(rule.dropLast()) && name.utf8.count >= rule.utf8.count : name == rule
        }
        guard isAllowed, Self.isName(name), !name.hasPrefix("CALL_"), Self.isHarmless(value) else { return nil }
        self.name = name
        self.value = value
    }

    private static func isName(_ name: String) -> Bool {
        guard 1...40 ~= name.utf8.count, let first = name.utf8.first, first &- UInt8(ascii: "A") < 26 else {
            return false
        }
        return name.utf8.allSatisfy { ASCII.isDigit($0) || $0 &- UInt8(ascii: "A") < 26 || $0 == UInt8(ascii: "_") }
    }

    private static func isHarmless(_ value: String) -> Bool {
        value.utf8.count <= 200 && !value.unicodeScalars.contains { $0.properties.generalCategory == .control }
            && !value.utf8.contains { ",\"\\".utf8.contains($0) } && !value.contains("${") && !value.contains("$[")
    }
}
