import Basics

/// Finds bytes in bytes.
enum ByteSearch {
    /// Whether `sought`, which is not empty, is in `bytes`.
    ///
    /// Fast when the first byte of `sought` is rare.
    static func contains(_ bytes: [UInt8], _ sought: [UInt8]) -> Bool {
        guard let first = sought.first else { return false }
        let span = bytes.span
        var position = 0
        while let hit = ASCII.firstIndex(of: first, in: span, from: position, to: span.count) {
            if bytes[hit...].starts(with: sought) { return true }
            position = hit + 1
        }
        return false
    }
}
