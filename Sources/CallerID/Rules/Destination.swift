/// The number that is called, as a decision needs it.
package struct Destination: Sendable, Equatable {
    /// The digits as dialled, without the prefix of the dial plan; a leading 1, 00 or 011 stays.
    package let digits: String
    /// The digits that an area code is compared with: without 00, 011, and the 1 of North America.
    package let significant: Digits

    /// Reads a destination as a PBX passes it: digits among any other characters.
    ///
    /// - Parameter prefix: digits of the dial plan that are taken off the front first, such as `9`.
    /// - Returns: `nil` unless 10 to 15 digits remain after the prefix and a leading 00 or 011, so that emergency and
    ///   other short numbers keep their caller ID.
    package init?(_ text: String, withoutPrefix prefix: String = "") {
        // Longer than any number: the work must not depend on the caller.
        guard text.utf8.count <= 256 else { return nil }
        let hasPrefix = !prefix.isEmpty && text.utf8.starts(with: prefix.utf8)
        let digits = text.utf8.dropFirst(hasPrefix ? prefix.utf8.count : 0).filter { $0 &- 48 < 10 }
        self.digits = String(decoding: digits, as: UTF8.self)
        var significant = digits[...]
        if significant.starts(with: "011".utf8) {
            significant = significant.dropFirst(3)
        } else if significant.starts(with: "00".utf8) {
            significant = significant.dropFirst(2)
        }
        guard (10...Digits.limit).contains(significant.count) else { return nil }
        if significant.count == 11, significant.first == UInt8(ascii: "1") { significant = significant.dropFirst() }
        guard let significant = Digits(significant) else { return nil }
        self.significant = significant
    }
}
