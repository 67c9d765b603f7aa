package import Basics

/// A request for which the router found a route.
package struct RoutedRequest: Sendable {
    package let request: ServerRequest
    /// The parameters of the path, decoded, by their names in the pattern.
    package let parameters: [String: String]
    /// The owner of the request's credentials; `nil` where the route is open, or optional and there were none.
    package let principal: Principal?
    package let client: RequestClient
    package let id: RequestID

    package var method: String { request.method }
    package var query: [String: String] { request.query }
    package var headers: HTTPHeaders { request.headers }
    package var body: [UInt8] { request.body }

    /// The value of a parameter of the pattern; empty for any other name.
    package subscript(name: String) -> String { parameters[name] ?? "" }

    /// The body as JSON.
    ///
    /// - Throws: `RequestFailure` with the status 400.
    package func json() throws(RequestFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(body[...])
        } catch {
            throw RequestFailure(.badRequest, "the body is not valid JSON: \(error)")
        }
    }
}

/// The authenticated client of a request.
package struct Principal: Sendable {
    package let name: String
    package let roles: Set<String>
    /// Further data from the service's own authentication.
    package let details: (any Sendable)?

    package init(_ name: String, roles: Set<String> = [], details: (any Sendable)? = nil) {
        self.name = name
        self.roles = roles
        self.details = details
    }
}
