/// A JSON value together with the bytes that it was read from, to pass it on unchanged.
package struct JSONText: Sendable {
    package let value: JSONValue
    package let bytes: Bytes

    package struct Member: Sendable {
        package let name: String
        package let value: JSONText
        /// Name and value as they were written, with the blanks before them.
        package let text: Bytes
    }

    /// The content of a string, or a number as it was written; empty for anything else.
    package var plain: Bytes {
        switch value {
        case .string(let text): Array(text.utf8)[...]
        case .integer, .number: bytes
        case .null, .boolean, .array, .object: []
        }
    }
}
