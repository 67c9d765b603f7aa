/// Routes as a tree of path segments.
///
/// At each segment a literal takes precedence over a parameter. When two routes of one method match the same path, one
/// of them is the more specific one, so the order of the table does not matter.
struct RouteTable: Sendable {
    enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// The path exists, but only for these methods.
        case otherMethods([String])
        case unknownPath
    }

    private struct Entry: Sendable {
        let route: Route
        let pattern: RoutePattern
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var entries: [Route.Method: Entry] = [:]
    }

    private var nodes = [Node()]

    /// - Throws: `RouteTableError` for an invalid pattern, and for two routes of which neither takes precedence.
    init(_ routes: [Route]) throws(RouteTableError) {
        var entries: [Entry] = []
        for route in routes {
            let entry = Entry(route: route, pattern: try RoutePattern(route.pattern))
            for other in entries
            where other.route.method == route.method && entry.pattern.isAmbiguous(with: other.pattern) {
                throw .ambiguous("\(route.method.rawValue) \(route.pattern)", other.route.pattern)
            }
            entries.append(entry)
            insert(entry)
        }
    }

    private mutating func insert(_ entry: Entry) {
        var index = 0
        for segment in entry.pattern.segments {
            let known =
                switch segment {
                case .literal(let text): nodes[index].literals[text]
                case .parameter: nodes[index].parameter
                }
            let next = known ?? nodes.count
            if known == nil {
                nodes.append(Node())
                switch segment {
                case .literal(let text): nodes[index].literals[text] = next
                case .parameter: nodes[index].parameter = next
                }
            }
            index = next
        }
        nodes[index].entries[entry.route.method] = entry
    }

    /// - Parameters:
    ///   - method: as received; HEAD finds a route for GET that answers it.
    ///   - segments: the decoded segments of the path.
    func find(_ method: String, _ segments: [String]) -> Match {
        let isHead = method == "HEAD"
        if let wanted = Route.Method(rawValue: isHead ? "GET" : method),
            let entry = first(
                segments[...],
                at: 0,
                { node in
                    node.entries[wanted].flatMap { !isHead || $0.route.options.answersHead ? $0 : nil }
                }
            )
        {
            return .found(entry.route, parameters: entry.pattern.parameters(of: segments))
        }
        var allowed: Set<String> = []
        _ = first(segments[...], at: 0) { node -> Entry? in
            for (method, entry) in node.entries {
                allowed.insert(method.rawValue)
                if method == .get, entry.route.options.answersHead { allowed.insert("HEAD") }
            }
            return nil
        }
        return allowed.isEmpty ? .unknownPath : .otherMethods(allowed.sorted())
    }

    /// The first entry that `choose` takes from the matching nodes, the most specific one first.
    private func first(_ segments: ArraySlice<String>, at index: Int, _ choose: (Node) -> Entry?) -> Entry? {
        guard let segment = segments.first else { return choose(nodes[index]) }
        let rest = segments.dropFirst()
        if let next = nodes[index].literals[segment], let entry = first(rest, at: next, choose) { return entry }
        guard !segment.isEmpty, let next = nodes[index].parameter else { return nil }
        return first(rest, at: next, choose)
    }
}

/// An error in a table of routes: a bug of the service that has it.
package enum RouteTableError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case ambiguous(String, String)
    /// A route requires credentials, but the table has no authentication.
    case noAuthentication(String)

    package var description: String {
        switch self {
        case .malformed(let pattern): "the route '\(pattern)' is no path with names in braces"
        case .ambiguous(let route, let other): "the route '\(route)' and '\(other)' match the same paths"
        case .noAuthentication(let pattern): "the route '\(pattern)' needs credentials that nothing checks"
        }
    }
}
