package import Basics

/// One message of the Asterisk Manager Interface: the received bytes, and the positions of the headers in them.
///
/// Headers keep their order and their repetitions. Values are the received bytes: nothing is unescaped, nothing is
/// assumed to be UTF-8. A line without a colon stays in `bytes` and is not a header. Where the first line ends with
/// CRLF, a bare LF is part of a value, as in `MessageDecoder`.
package struct AMIMessage: Sendable {
    /// The kind of message, by its first header.
    package enum Kind: Sendable { case event, response, other }

    struct Field: Sendable {
        let signature: UInt32
        let nameStart: UInt32
        let valueStart: UInt32
        let valueEnd: UInt32
        let nameLength: UInt32
    }

    /// The whole message, line ends included, without the blank line that ends it.
    package let bytes: Bytes
    private let fields: [Field]

    /// Finds the headers in a message's bytes.
    package init(_ bytes: Bytes) {
        self.bytes = bytes
        fields = Self.fields(in: bytes)
    }

    private static func fields(in bytes: Bytes) -> [Field] {
        let span = bytes.span
        var fields: [Field] = []
        fields.reserveCapacity(32)
        var line = 0
        var endsWithReturn = false
        while line < span.count {
            let first = ASCII.firstIndex(of: ASCII.newline, in: span, from: line, to: span.count) ?? span.count
            var newline = first
            if line == 0 { endsWithReturn = first > 0 && span[first - 1] == ASCII.carriageReturn }
            while endsWithReturn, newline < span.count, span[newline - 1] != ASCII.carriageReturn {
                newline = ASCII.firstIndex(of: ASCII.newline, in: span, from: newline + 1, to: span.count) ?? span.count
            }
            let hasReturn = newline > line && span[newline - 1] == ASCII.carriageReturn
            let end = hasReturn ? newline - 1 : newline
            // A name contains no LF: `first` is where the line ends, or its first bare LF.
            if let colon = ASCII.firstIndex(of: ASCII.colon, in: span, from: line, to: min(first, end)), colon > line {
                let hasBlank = colon + 1 < end && span[colon + 1] == ASCII.space
                fields.append(
                    Field(
                        signature: HeaderName.signature(count: colon - line, first: span[line], last: span[colon - 1]),
                        nameStart: UInt32(truncatingIfNeeded: line),
                        valueStart: UInt32(truncatingIfNeeded: hasBlank ? colon + 2 : colon + 1),
                        valueEnd: UInt32(truncatingIfNeeded: end),
                        nameLength: UInt32(truncatingIfNeeded: colon - line)
                    )
                )
            }
            line = newline + 1
        }
        return fields
    }

    package var kind: Kind {
        guard let first = fields.first else { return .other }
        if isNamed(first, .event) { return .event }
        return isNamed(first, .response) ? .response : .other
    }

    /// The name of the event; empty when this is not an event.
    package var event: Bytes {
        guard let first = fields.first, isNamed(first, .event) else { return [] }
        return value(of: first)
    }

    /// The value of the first header of this name; `nil` when there is none.
    package subscript(name: HeaderName) -> Bytes? {
        let fields = fields.span
        for index in 0..<fields.count where fields[index].signature == name.signature && isNamed(fields[index], name) {
            return value(of: fields[index])
        }
        return nil
    }

    /// The values of all headers of this name, in order.
    package func values(of name: HeaderName) -> [Bytes] {
        fields.lazy.filter { isNamed($0, name) }.map(value)
    }

    /// The value of the first header of this name, for names that are known only at run time.
    package func value(named name: String) -> Bytes? {
        let letters = name.utf8.map(ASCII.lowercased)
        return fields.first { self.name(of: $0).map(ASCII.lowercased) == letters }.map { value(of: $0) }
    }

    /// All headers in order.
    package var headers: [(name: Bytes, value: Bytes)] { fields.map { (name(of: $0), value(of: $0)) } }

    package var headerCount: Int { fields.count }

    /// The headers whose names are not among these, in order.
    package func headers(besides names: HeaderNames) -> [(name: Bytes, value: Bytes)] {
        var others: [(name: Bytes, value: Bytes)] = []
        for field in fields where !names.contains(field.signature, where: { isNamed(field, $0) }) {
            others.append((name(of: field), value(of: field)))
        }
        return others
    }

    private func name(of field: Field) -> Bytes {
        let start = bytes.startIndex + Int(field.nameStart)
        return bytes[start..<start + Int(field.nameLength)]
    }

    private func value(of field: Field) -> Bytes {
        bytes[bytes.startIndex + Int(field.valueStart)..<bytes.startIndex + Int(field.valueEnd)]
    }

    private func isNamed(_ field: Field, _ name: HeaderName) -> Bool {
        field.signature == name.signature
            && ASCII.equalsIgnoringCase(bytes.span, from: Int(field.nameStart), count: Int(field.nameLength), name.text)
    }
}
