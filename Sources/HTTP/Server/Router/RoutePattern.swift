/// The pattern of a path, which may have parameters: `/v1/calls/{id}`.
struct RoutePattern: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    let segments: [Segment]

    /// - Throws: `RouteTableError.malformed`.
    init(_ text: String) throws(RouteTableError) {
        guard text.hasPrefix("/") else { throw .malformed(text) }
        let parts =
            text == "/"
            ? [] : text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        var segments: [Segment] = []
        var names: Set<String> = []
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty || index == parts.count - 1 else { throw .malformed(text) }
            if part.hasPrefix("{"), part.hasSuffix("}") {
                let name = String(part.dropFirst().dropLast())
                guard !name.isEmpty, !name.contains(where: { "{}".contains($0) }), names.insert(name).inserted else {
                    throw .malformed(text)
                }
                segments.append(.parameter(name))
            } else {
                guard !part.contains(where: { "{}?#%".contains($0) }) else { throw .malformed(text) }
                segments.append(.literal(part))
            }
        }
        self.segments = segments
    }

    /// The parameters of a path that this pattern matches, by name.
    func parameters(of path: [String]) -> [String: String] {
        var parameters: [String: String] = [:]
        for case (.parameter(let name), let value) in zip(segments, path) { parameters[name] = value }
        return parameters
    }

    /// Whether some paths match both patterns, and neither pattern is more specific: has a literal wherever the other
    /// one has.
    func isAmbiguous(with other: RoutePattern) -> Bool {
        guard segments.count == other.segments.count else { return false }
        var (isMoreSpecific, isLessSpecific) = (false, false)
        for pair in zip(segments, other.segments) {
            switch pair {
            case (.literal(let left), .literal(let right)): if left != right { return false }
            // A parameter is never empty.
            case (.literal(""), .parameter), (.parameter, .literal("")): return false
            case (.literal, .parameter): isMoreSpecific = true
            case (.parameter, .literal): isLessSpecific = true
            case (.parameter, .parameter): break
            }
        }
        return isMoreSpecific == isLessSpecific
    }
}
