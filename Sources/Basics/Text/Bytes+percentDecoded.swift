extension Bytes {
    /// The text in these bytes, with percent escapes decoded; a percent sign that begins no escape stays.
    ///
    /// - Parameter plusIsBlank: whether `+` stands for a blank, as in a query.
    package func percentDecoded(plusIsBlank: Bool = false) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var rest = self
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(ASCII.hexadecimalValue),
                let low = rest.dropFirst().first.flatMap(ASCII.hexadecimalValue)
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? ASCII.space : byte)
            }
        }
        return bytes[...].text
    }
}
