import Basics

/// The caller as Asterisk writes it: `"name" <number>` (main/callerid.c, ast_callerid_merge).
enum CallerIDHeader {
    /// The name without quotes, escapes and one trailing `-`; empty when there is none.
    static func name(in callerID: Bytes) -> Bytes {
        guard callerID.first == ASCII.quote else {
            let end = callerID.firstIndex(of: UInt8(ascii: "<")) ?? callerID.endIndex
            return finished(Array(callerID[..<end]))
        }
        var name: [UInt8] = []
        var isEscaped = false
        for byte in callerID.dropFirst() {
            if isEscaped {
                name.append(byte)
                isEscaped = false
            } else if byte == ASCII.backslash {
                isEscaped = true
            } else if byte == ASCII.quote {
                break
            } else {
                name.append(byte)
            }
        }
        return finished(name)
    }

    private static func finished(_ name: [UInt8]) -> Bytes {
        var rest = name[...]
        func trim() {
            while rest.first == ASCII.space { rest = rest.dropFirst() }
            while rest.last == ASCII.space { rest = rest.dropLast() }
        }
        trim()
        if rest.last == ASCII.minus {
            rest = rest.dropLast()
            trim()
        }
        return rest
    }
}
