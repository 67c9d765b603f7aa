import Basics

/// Bytes as the key of a dictionary, hashed in one step.
struct LiveKey: Hashable, Sendable {
    private let bytes: Bytes

    /// A key to look up; it shares the bytes of the message.
    init(_ bytes: Bytes) { self.bytes = bytes }

    /// A key to keep.
    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    static func == (left: LiveKey, right: LiveKey) -> Bool { left.bytes.isSame(as: right.bytes) }

    func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension Bytes {
    func isSame(as other: Bytes) -> Bool {
        let (left, right) = (span, other.span)
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }
}
