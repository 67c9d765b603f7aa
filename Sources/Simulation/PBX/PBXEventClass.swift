import Basics

/// Classes of events and actions, with the bits in Asterisk's `include/asterisk/manager.h`.
package struct PBXEventClass: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let system = PBXEventClass(rawValue: 1 << 0)
    package static let call = PBXEventClass(rawValue: 1 << 1)
    package static let agent = PBXEventClass(rawValue: 1 << 5)
    package static let user = PBXEventClass(rawValue: 1 << 6)
    package static let dtmf = PBXEventClass(rawValue: 1 << 8)
    package static let reporting = PBXEventClass(rawValue: 1 << 9)
    package static let cdr = PBXEventClass(rawValue: 1 << 10)
    package static let dialplan = PBXEventClass(rawValue: 1 << 11)
    package static let originate = PBXEventClass(rawValue: 1 << 12)
    package static let all = PBXEventClass(rawValue: UInt32(Int32.max))

    private static let names: [(name: String, value: PBXEventClass)] =
        [
            "system", "call", "log", "verbose", "command", "agent", "user", "config", "dtmf", "reporting", "cdr",
            "dialplan", "originate", "agi", "hook", "cc", "aoc", "test", "security", "message",
        ].enumerated().map { ($1, PBXEventClass(rawValue: 1 << UInt32($0))) } + [("all", .all)]

    /// The classes of a `read=` or `write=` line, with Asterisk's quirks.
    ///
    /// A blank invalidates the word after it, an empty word means everything, and a word that is not the last also
    /// matches as a prefix.
    ///
    /// Source: manager.c, `get_perm` and `ast_instring`.
    package init(permissions list: String) {
        let list = Array(list.utf8)[...]
        guard !list.isEmpty else {
            self = []
            return
        }
        self = Self.names.reduce(into: []) { result, entry in
            if Self.contains(list, entry.name) { result.formUnion(entry.value) }
        }
    }

    /// The mask of an `Events:` or `EventMask:` header; `nil` for an empty one.
    ///
    /// Source: manager.c, `strings_to_mask`.
    package init?(mask text: String) {
        switch text.lowercased() {
        case "": return nil
        case "on", "yes", "true", "y", "t": self = .all
        case "off", "no", "false", "n", "f": self = []
        case let word where word.utf8.allSatisfy(ASCII.isDigit):
            self.init(rawValue: UInt32(truncatingIfNeeded: Array(word.utf8)[...].integer ?? 0))
        default: self.init(permissions: text)
        }
    }

    private static func contains(_ list: Bytes, _ name: String) -> Bool {
        var rest = list
        while let comma = rest.firstIndex(of: ASCII.comma) {
            if name.utf8.starts(with: rest[..<comma]) { return true }
            rest = rest[(comma + 1)...]
        }
        return rest.elementsEqual(name.utf8)
    }
}
