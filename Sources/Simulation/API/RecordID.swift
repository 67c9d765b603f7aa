import Basics

/// The 16 bytes of a hexadecimal `record_id`, which need a quarter of the memory of the text.
struct RecordID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// `nil` unless `text` is 32 hex digits.
    init?(_ text: String) {
        guard text.utf8.count == 32 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = ASCII.hexadecimalValue(byte) else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        self.high = high
        self.low = low
    }
}
