import Basics

/// Extracts the records from the JSON of a request without parsing them.
///
/// It follows brackets and strings and reads two members of each record, `record_id` and `uniqueid`. It accepts some
/// JSON that a strict parser refuses.
struct RecordScanner {
    private let bytes: [UInt8]
    private var position = 0

    /// The records in order; `nil` when the text is not an object with the arrays `cdrs` and `cels`, or is cut off.
    static func records(in bytes: [UInt8]) -> [ReceivedRecord]? {
        var scanner = RecordScanner(bytes)
        return scanner.batch()
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func batch() -> [ReceivedRecord]? {
        var records: [ReceivedRecord] = []
        var kinds: Set<ReceivedRecord.Kind> = []
        let isRead = members { scanner, name in
            let kind: ReceivedRecord.Kind
            if name.equals("cdrs") {
                kind = .cdr
            } else if name.equals("cels") {
                kind = .cel
            } else {
                return scanner.skipValue()
            }
            kinds.insert(kind)
            return scanner.array(of: kind, into: &records)
        }
        return isRead && kinds.count == 2 ? records : nil
    }

    private mutating func array(of kind: ReceivedRecord.Kind, into records: inout [ReceivedRecord]) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            skipBlanks()
            let start = position
            var recordID = Bytes()
            var uniqueID = Bytes()
            let isRead = members { scanner, name in
                let start = scanner.position
                guard scanner.skipValue() else { return false }
                if name.equals("record_id") { recordID = scanner.text(from: start) }
                if name.equals("uniqueid") { uniqueID = scanner.text(from: start) }
                return true
            }
            guard isRead else { return false }
            let json = bytes[start..<position]
            records.append(
                ReceivedRecord(kind: kind, recordID: recordID.text, uniqueID: uniqueID.text, json: json)
            )
        } while take(ASCII.comma)
        return take(UInt8(ascii: "]"))
    }

    /// Visits the members of an object; `body` receives the name of each member and must skip its value.
    private mutating func members(_ body: (inout RecordScanner, Bytes) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            skipBlanks()
            let start = position
            guard skipString(), take(ASCII.colon) else { return false }
            let name = bytes[(start + 1)...].prefix { $0 != ASCII.quote }
            skipBlanks()
            guard body(&self, name) else { return false }
        } while take(ASCII.comma)
        return take(UInt8(ascii: "}"))
    }

    /// The text between the quotes of the value from `start` to here; empty when it is not a string.
    private func text(from start: Int) -> Bytes {
        guard bytes[start] == ASCII.quote else { return [] }
        return bytes[(start + 1)...].prefix { $0 != ASCII.quote }
    }

    private mutating func skipBlanks() {
        while position < bytes.endIndex, bytes[position] <= 0x20 { position += 1 }
    }

    /// Skips `byte` and the blanks before it.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.endIndex, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipString() -> Bool {
        guard take(ASCII.quote) else { return false }
        let start = position
        while let hit = ASCII.firstIndex(of: ASCII.quote, in: bytes.span, from: position, to: bytes.count) {
            position = hit + 1
            var escapes = 0
            while hit - escapes > start, bytes[hit - escapes - 1] == ASCII.backslash { escapes += 1 }
            if escapes.isMultiple(of: 2) { return true }
        }
        return false
    }

    /// Skips a value that begins here.
    private mutating func skipValue() -> Bool {
        var depth = 0
        while position < bytes.endIndex {
            switch bytes[position] {
            case ASCII.quote:
                guard skipString() else { return false }
                if depth == 0 { return true }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return true }
                depth -= 1
                position += 1
                if depth == 0 { return true }
            case ASCII.comma where depth == 0: return true
            default: position += 1
            }
        }
        return false
    }
}
