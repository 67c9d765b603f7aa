package import Basics
package import HTTP

/// The members of a request's JSON object: each is taken once, and what nobody has taken is refused.
///
/// ```swift
/// var fields = try RequestFields(request)
/// let number = try fields.required("number")
/// let timeout = try fields.integer("timeout")
/// try fields.finish()
/// ```
///
/// A member that is null counts as missing. All methods throw INVALID_REQUEST with the name of the member.
package struct RequestFields {
    private var values: [String: JSONValue] = [:]

    /// - Throws: also for a body that is no JSON object, or has two members of a name; an empty body has no members.
    package init(_ request: RoutedRequest) throws(RequestFailure) {
        try self.init(request.body.isEmpty ? .object([]) : request.json(), of: "the body")
    }

    /// The members of what a client sent in any other way.
    ///
    /// - Throws: for what is no object, or has two members of a name.
    package init(_ value: JSONValue, of source: String) throws(RequestFailure) {
        guard let members = value.members else { throw Self.failure("\(source) is not a JSON object") }
        for member in members where values.updateValue(member.value, forKey: member.name) != nil {
            throw Self.failure("\(Self.shown(member.name)) is there twice")
        }
    }

    package mutating func string(_ name: String) throws(RequestFailure) -> String? {
        guard let value = take(name) else { return nil }
        guard case .string(let text) = value else { throw Self.failure("\(name) is not a text") }
        return text
    }

    package mutating func required(_ name: String) throws(RequestFailure) -> String {
        guard let text = try string(name) else { throw Self.failure("\(name) is missing") }
        return text
    }

    package mutating func integer(_ name: String) throws(RequestFailure) -> Int? {
        guard let value = take(name) else { return nil }
        guard case .integer(let number) = value else { throw Self.failure("\(name) is not a whole number") }
        return number
    }

    /// An object as it came.
    package mutating func object(_ name: String) throws(RequestFailure) -> JSONValue? {
        guard let value = take(name) else { return nil }
        guard value.members != nil else { throw Self.failure("\(name) is not an object") }
        return value
    }

    package mutating func boolean(_ name: String) throws(RequestFailure) -> Bool? {
        guard let value = take(name) else { return nil }
        guard case .boolean(let flag) = value else { throw Self.failure("\(name) is neither true nor false") }
        return flag
    }

    package mutating func strings(_ name: String) throws(RequestFailure) -> [String]? {
        guard let value = take(name) else { return nil }
        let elements = value.elements
        let texts = elements?.compactMap(\.string)
        guard let texts, texts.count == elements?.count else { throw Self.failure("\(name) is not a list of texts") }
        return texts
    }

    /// The members of an object of texts, each once; empty for a missing one.
    package mutating func texts(_ name: String) throws(RequestFailure) -> [(name: String, value: String)] {
        guard let value = take(name) else { return [] }
        guard let members = value.members else { throw Self.failure("\(name) is not an object") }
        var texts: [(name: String, value: String)] = []
        for member in members {
            guard let text = member.value.string, !texts.contains(where: { $0.name == member.name }) else {
                throw Self.failure("\(name) is not an object of texts")
            }
            texts.append((member.name, text))
        }
        return texts
    }

    /// Refuses members that were not taken.
    package func finish() throws(RequestFailure) {
        guard let name = values.keys.min() else { return }
        throw Self.failure("\(Self.shown(name)) is not a field of this request")
    }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let value = values.removeValue(forKey: name), value != .null else { return nil }
        return value
    }

    /// The failure for a wrong value.
    package static func failure(_ message: String) -> RequestFailure {
        CallsFailure.invalidRequest.because(message)
    }

    /// A name that the client made up.
    private static func shown(_ name: String) -> String { name.count > 40 ? "\(name.prefix(40))…" : name }
}
