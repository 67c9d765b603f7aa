import Basics
package import HTTP

/// The parameters of a request: its query, or a form or a JSON object in its body; the body beats the query.
package struct RequestParameters: Sendable {
    private var values: [String: String]

    package init(_ values: [String: String]) { self.values = values }

    /// - Throws: `RequestFailure` with the status 400 when the body is not what its Content-Type says.
    package init(_ request: RoutedRequest) throws(RequestFailure) {
        values = request.query
        guard !request.body.isEmpty else { return }
        let type = request.headers["Content-Type"]?.split(separator: ";").first.map { String($0) } ?? ""
        switch type.lowercased() {
        case "application/x-www-form-urlencoded": add(form: request.body[...])
        case "application/json", "": try add(json: request.json())
        default: throw RequestFailure(.badRequest, "send parameters as a query, a form or a JSON object")
        }
    }

    private mutating func add(form: Bytes) {
        for pair in form.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair.dropFirst(name.count + 1)
            values[name.percentDecoded(plusIsBlank: true)] = value.percentDecoded(plusIsBlank: true)
        }
    }

    private mutating func add(json: JSONValue) throws(RequestFailure) {
        guard let members = json.members else {
            throw RequestFailure(.badRequest, "the body is not a JSON object")
        }
        for member in members {
            switch member.value {
            case .string(let text): values[member.name] = text
            case .integer(let number): values[member.name] = String(number)
            case .boolean(let value): values[member.name] = value ? "true" : "false"
            case .null: values[member.name] = nil
            case .number, .array, .object:
                throw RequestFailure(.badRequest, "\(member.name) is neither a text nor a whole number")
            }
        }
    }

    /// The value of a parameter; `nil` when it is missing.
    package subscript(name: String) -> String? { values[name] }
}

/// A parameter that is true or false.
enum RequestFlag {
    /// `nil` when it is missing.
    ///
    /// - Throws: `RequestFailure` with the status 400.
    static func value(of name: String, _ text: String?) throws(RequestFailure) -> Bool? {
        switch text {
        case nil: nil
        case "1", "true": true
        case "0", "false": false
        default: throw RequestFailure(.badRequest, "\(name) is 1 or 0")
        }
    }
}
