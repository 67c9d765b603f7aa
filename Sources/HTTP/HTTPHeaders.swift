import Basics

/// The header fields of a request or an answer, in their order; a name may occur more than once.
///
/// Printing shows only the names, since values may be secrets.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    package struct Field: Sendable, Equatable, CustomStringConvertible {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package var description: String { name }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0, value: $1) }
    }

    package mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    /// Makes room for further fields, so that appending them takes no memory one by one.
    mutating func reserveRoom(_ count: Int) { fields.reserveCapacity(fields.count + count) }

    /// The first value of this name, compared without case.
    package subscript(name: String) -> String? {
        fields.first { Self.isSame($0.name, name) }?.value
    }

    /// All values of this name, compared without case, in their order.
    package func values(_ name: String) -> [String] {
        fields.compactMap { Self.isSame($0.name, name) ? $0.value : nil }
    }

    /// Compares without case; compares lengths first, because most names differ in length.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && left.utf8.elementsEqual(right.utf8) { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    /// The same fields with this value for the first field of that exact name, if there is one.
    package func replacing(_ name: String, with value: String) -> HTTPHeaders {
        var headers = self
        if let index = fields.firstIndex(where: { $0.name == name }) {
            headers.fields[index] = Field(name: name, value: value)
        }
        return headers
    }

    package var description: String { fields.map(\.name).joined(separator: ", ") }

    /// Checks that every field is one that RFC 9110 allows a sender to send.
    ///
    /// A name is a token; a value has no CR, LF or NUL, with which it could end its field and begin another one.
    func validate() throws(HTTPError) {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
                throw .badRequest("a header's name has characters that are not allowed in one")
            }
            guard field.value.utf8.allSatisfy({ $0 != ASCII.carriageReturn && $0 != ASCII.newline && $0 != 0 }) else {
                throw .badRequest("the value of the header \(field.name) has a line break or a NUL in it")
            }
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case ASCII.zero...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
