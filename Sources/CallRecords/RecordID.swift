package import Basics

/// The stable key of a record: the first 16 bytes of a SHA-256 over what identifies it, written as 32 hex digits.
package struct RecordID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// - Parameter digest: at least 16 bytes.
    init(digest: [UInt8]) {
        high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = digest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Uses half of the digest, which is random enough for a hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// The 16 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
        return bytes
    }

    /// The key as 32 lower-case hex digits.
    package var hexadecimal: [UInt8] { ASCII.hexadecimal(bytes) }

    package var description: String { String(decoding: hexadecimal, as: UTF8.self) }
}

/// Assigns keys to records.
///
/// Two records can be equal in all identifying values (ForkCDR without a mapped Sequence, several CELs of a channel in
/// one second), so equal ones are numbered in the order of their arrival. Reading the same stream again gives the same
/// keys.
package struct RecordIdentifier: Sendable {
    private let host: [UInt8]
    private var seen: [RecordID: Int] = [:]
    private var seenBefore: [RecordID: Int] = [:]

    /// At least this many keys are remembered; equal records arrive close together.
    private static let memory = 20_000

    /// - Parameter host: the PBX's name, so that two PBXs never share a key.
    package init(host: String) { self.host = Array(host.utf8) }

    /// The key of a record of this kind with these identifying values.
    package mutating func identify(kind: StaticString, _ values: [Bytes?]) -> RecordID {
        var text = host
        text.reserveCapacity(512)
        text.append(0)
        unsafe text.append(contentsOf: UnsafeBufferPointer(start: kind.utf8Start, count: kind.utf8CodeUnitCount))
        for value in values {
            // A length before each value, so that two different lists never give the same text.
            text.append(0)
            text.appendDecimal(value?.count ?? -1)
            text.append(ASCII.colon)
            if let value { text.append(contentsOf: value) }
        }
        let first = RecordID(digest: Digest.sha256(text))
        let occurrence = seen[first] ?? seenBefore[first] ?? 0
        remember(first, occurrence + 1)
        guard occurrence > 0 else { return first }
        text.append(0)
        text.appendDecimal(occurrence)
        return RecordID(digest: Digest.sha256(text))
    }

    private mutating func remember(_ id: RecordID, _ occurrences: Int) {
        if seen.count >= Self.memory {
            seenBefore = seen
            seen = [:]
        }
        seen[id] = occurrences
    }
}
