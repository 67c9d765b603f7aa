/// A JSON value together with the bytes that it was read from, for what has to be passed on as it came.
package struct JSONText: Sendable {
    package let value: JSONValue
    package let bytes: Bytes

    package struct Member: Sendable {
        package let name: String
        package let value: JSONText
        /// Name and value as they were written, with the blanks before them.
        package let text: Bytes
    }

    /// A text as it is meant, a number as it was written; empty for anything else.
    package var plain: Bytes {
        switch value {
        case .string(let text): Array(text.utf8)[...]
        case .integer, .number: bytes
        case .null, .boolean, .array, .object: []
        }
    }
}
