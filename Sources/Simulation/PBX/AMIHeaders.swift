import Basics

extension [UInt8] {
    /// Appends `name: value` and the line's end.
    mutating func appendHeader(_ name: String, _ value: String) {
        append(contentsOf: name.utf8)
        append(ASCII.colon)
        append(ASCII.space)
        append(contentsOf: value.utf8)
        appendLineEnd()
    }

    /// Appends `prefixname: value` and the line's end.
    mutating func appendHeader(_ prefix: String, _ name: String, _ value: String) {
        append(contentsOf: prefix.utf8)
        appendHeader(name, value)
    }

    mutating func appendHeader(_ name: String, _ value: Int) {
        append(contentsOf: name.utf8)
        append(ASCII.colon)
        append(ASCII.space)
        appendDecimal(value)
        appendLineEnd()
    }

    mutating func appendLineEnd() {
        append(ASCII.carriageReturn)
        append(ASCII.newline)
    }

    /// Appends `epoch.microseconds`, with six digits after the dot.
    mutating func appendEpoch(_ time: Timestamp) {
        appendDecimal(time.seconds)
        append(ASCII.dot)
        appendDecimal(Int(time.microseconds % 1_000_000), width: 6)
    }

    /// Appends `name: epoch.microseconds`; `nil` is Asterisk's "never", `0.000000`.
    mutating func appendHeader(_ name: String, epoch time: Timestamp?) {
        append(contentsOf: name.utf8)
        append(ASCII.colon)
        append(ASCII.space)
        appendEpoch(time ?? Timestamp(microseconds: 0))
        appendLineEnd()
    }
}

extension String {
    /// The text escaped as in channel events (utils.c, `ast_escape_c`); Cdr and CEL do not escape.
    var escapedLikeC: String {
        guard utf8.contains(where: { $0 == ASCII.quote || $0 == ASCII.backslash || $0 == 0x27 || $0 == 0x3f }) else {
            return self
        }
        return reduce(into: "") { result, character in
            if "\"\\'?".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    /// The text escaped as inside a Cdr's CallerID (callerid.c, `ast_callerid_merge`).
    var escapedInCallerID: String {
        guard utf8.contains(where: { $0 == ASCII.quote || $0 == ASCII.backslash }) else { return self }
        return reduce(into: "") { result, character in
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
    }

    /// The text, or `<unknown>` when it is empty.
    var orUnknown: String { isEmpty ? "<unknown>" : self }
}
