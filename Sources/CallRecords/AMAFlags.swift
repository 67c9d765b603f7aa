import Basics

/// The billing flag as a number (main/channel.c, ast_channel_amaflags2string).
enum AMAFlags {
    /// 1 for OMIT, 2 for BILLING, 3 for DOCUMENTATION, or the same numbers when Asterisk writes a number; `nil` for
    /// anything else.
    static func number(_ value: Bytes) -> Int? {
        if value.equals("DOCUMENTATION") { return 3 }
        if value.equals("BILLING") { return 2 }
        if value.equals("OMIT") { return 1 }
        return value.integer.flatMap { (1...3).contains($0) ? $0 : nil }
    }
}
