import Basics

extension SelectionEvent {
    /// Appends the event: the kind, then its members in order; integers little-endian, texts with their length in front.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .used(let use):
            bytes.append(Kind.used.rawValue)
            bytes.append(text: use.number.description)
            bytes.append(integer: use.time)
            bytes.append(integer: use.reservedUntil)
            bytes.append(use.isRepeatable ? 1 : 0)
            for text in [use.agent, use.campaign, use.destination, use.holder] { bytes.append(text: text) }
        case .released(let release):
            bytes.append(Kind.released.rawValue)
            bytes.append(text: release.number.description)
            bytes.append(integer: release.time)
            bytes.append(release.wasUnused ? 1 : 0)
        }
    }

    private enum Kind: UInt8 {
        case used = 1
        case released = 2
    }

    /// - Returns: `nil` unless `bytes` are exactly one event, with times of the years 1970 to 9999.
    init?(_ bytes: Bytes) {
        var reader = EventReader(rest: bytes)
        guard let kind = reader.byte().flatMap(Kind.init(rawValue:)),
            let number = reader.text().flatMap(Digits.init(_:)),
            let time = reader.time()
        else { return nil }
        switch kind {
        case .used:
            guard let until = reader.time(), let isRepeatable = reader.byte(), let agent = reader.text(),
                let campaign = reader.text(), let destination = reader.text(), let holder = reader.text()
            else { return nil }
            self = .used(
                Use(
                    number: number,
                    time: time,
                    reservedUntil: until,
                    agent: agent,
                    campaign: campaign,
                    destination: destination,
                    holder: holder,
                    isRepeatable: isRepeatable == 1
                )
            )
        case .released:
            guard let wasUnused = reader.byte() else { return nil }
            self = .released(Release(number: number, time: time, wasUnused: wasUnused == 1))
        }
        guard reader.rest.isEmpty else { return nil }
    }
}

/// Reads the members of an event; `nil` once the bytes end too early.
private struct EventReader {
    var rest: Bytes

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func integer() -> Int64? { rest.takeInteger() }

    mutating func time() -> Int64? { integer().flatMap { (0...EngineTime.latest).contains($0) ? $0 : nil } }

    mutating func text() -> String? {
        guard let low = rest.popFirst(), let high = rest.popFirst() else { return nil }
        let count = Int(low) | Int(high) << 8
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).text
    }
}

extension Bytes {
    /// Takes a little-endian integer of eight bytes off the front.
    mutating func takeInteger() -> Int64? {
        guard count >= 8 else { return nil }
        var value: UInt64 = 0
        for byte in prefix(8).reversed() { value = value << 8 | UInt64(byte) }
        self = dropFirst(8)
        return Int64(bitPattern: value)
    }
}

extension [UInt8] {
    mutating func append(integer: Int64) {
        var rest = UInt64(bitPattern: integer)
        for _ in 0..<8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Appends two bytes with the length, and the text, of which 65,535 bytes count.
    fileprivate mutating func append(text: String) {
        let utf8 = text.utf8.prefix(Int(UInt16.max))
        append(UInt8(truncatingIfNeeded: utf8.count))
        append(UInt8(truncatingIfNeeded: utf8.count >> 8))
        append(contentsOf: utf8)
    }
}
