import Glibc

/// The offsets from UTC of one IANA time zone, read from the system's compiled zone file (RFC 9636, "TZif").
///
/// glibc can do this only for one zone of the whole process, through the environment; the connector and its tests need
/// several at once, without changing what other threads read.
package struct TimeZoneRules: Sendable {
    package let name: String
    private let transitions: [Transition]
    private let initialOffset: Int
    private let rule: RecurringRule?

    private struct Transition {
        let time: Int
        let offset: Int
    }

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case unknown(String)
        case unreadable(String)

        package var description: String {
            switch self {
            case .unknown(let name):
                "'\(name)' is not a time zone of this system; use an IANA name such as America/Toronto (package tzdata)"
            case .unreadable(let name): "the zone file of '\(name)' cannot be read; reinstall the package tzdata"
            }
        }
    }

    /// Reads `/usr/share/zoneinfo/NAME`.
    package init(named name: String, directory: String = "/usr/share/zoneinfo") throws(Problem) {
        let isPlain = name.utf8.allSatisfy {
            ASCII.isDigit($0) || ASCII.lowercased($0) >= 97 || "/_+-".utf8.contains($0)
        }
        guard !name.isEmpty, isPlain, !name.hasPrefix("/"),
            let bytes = try? FileContents.read("\(directory)/\(name)", limit: 1 << 20)
        else { throw .unknown(name) }
        try self.init(name: name, file: bytes)
    }

    init(name: String, file: [UInt8]) throws(Problem) {
        guard var reader = TZifReader(file), let block = reader.block() else { throw .unreadable(name) }
        self.name = name
        transitions = block.transitions.map { Transition(time: $0.time, offset: $0.offset) }
        initialOffset = block.initialOffset
        rule = RecurringRule(posix: block.footer)
    }

    /// Seconds to add to UTC to get this zone's local time at `instant`.
    package func offset(at instant: Int) -> Int {
        guard let last = transitions.last else { return rule?.offset(at: instant) ?? initialOffset }
        if instant >= last.time, let rule { return rule.offset(at: instant) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].time <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : transitions[low - 1].offset
    }

    /// The offset in force when clocks of this zone show `local` (seconds as if it were UTC).
    ///
    /// A local time that occurs twice means its first occurrence; one that never occurs has the offset before the
    /// change.
    package func offset(atLocal local: Int) -> Int { offsets(atLocal: local).first }

    /// The offsets that may be in force when clocks of this zone show `local`: two where that time occurs twice.
    package func offsets(atLocal local: Int) -> (first: Int, second: Int?) {
        let before = offset(at: local - 86400)
        let after = offset(at: local + 86400)
        guard before != after, offset(at: local - after) == after else { return (before, nil) }
        return offset(at: local - before) == before ? (before, after) : (after, nil)
    }
}

/// The blocks of a TZif file: version 2 and later hold a second block with 64-bit times, which is the one to use.
private struct TZifReader {
    private let bytes: [UInt8]
    private var position = 0
    private let version: UInt8

    struct Block {
        var transitions: [(time: Int, offset: Int)] = []
        var initialOffset = 0
        var footer: Bytes = []
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 44, bytes.starts(with: "TZif".utf8) else { return nil }
        self.bytes = bytes
        version = bytes[4]
    }

    mutating func block() -> Block? {
        guard version >= UInt8(ascii: "2") else { return read(timeSize: 4) }
        guard read(timeSize: 4) != nil, var block = read(timeSize: 8) else { return nil }
        if position < bytes.count, let end = bytes[(position + 1)...].firstIndex(of: ASCII.newline) {
            block.footer = bytes[(position + 1)..<end]
        }
        return block
    }

    private mutating func read(timeSize: Int) -> Block? {
        guard position + 44 <= bytes.count else { return nil }
        position += 20
        let counts = (0..<6).map { _ in integer(4) }
        let (utc, standard, leap, times, types, letters) = (
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
        )
        let size = times * (timeSize + 1) + types * 6 + letters + leap * (timeSize + 4) + standard + utc
        guard counts.allSatisfy({ $0 >= 0 }), types > 0, position + size <= bytes.count else { return nil }
        let end = position + size
        let instants = (0..<times).map { _ in integer(timeSize) }
        let kinds = (0..<times).map { _ in integer(1) & 0xff }
        let offsets = (0..<types).map { _ in
            let offset = integer(4)
            position += 2
            return offset
        }
        guard kinds.allSatisfy({ $0 < types }) else { return nil }
        position = end
        return Block(transitions: zip(instants, kinds).map { ($0, offsets[$1]) }, initialOffset: offsets[0])
    }

    /// A big-endian two's complement integer.
    private mutating func integer(_ size: Int) -> Int {
        var value = bytes[position] < 0x80 ? 0 : -1
        for byte in bytes[position..<position + size] { value = value << 8 | Int(byte) }
        position += size
        return value
    }
}
