/// Any JSON value.
///
/// Members of an object keep their order; of two with the same name, both are kept and the subscript gives the last
/// one.
package enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value of the member with this name; `nil` when there is none or this is not an object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var elements: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var members: [Member]? {
        guard case .object(let value) = self else { return nil }
        return value
    }
}

/// Why bytes are not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let problem: String
    /// The byte at which it went wrong, counted from 0.
    package let offset: Int

    package var description: String { "\(problem) at byte \(offset)" }
}
