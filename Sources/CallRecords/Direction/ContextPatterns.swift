/// Patterns for the names of dialplan contexts, a list for each class; `*` in a pattern matches any text.
package struct ContextPatterns: Sendable, Equatable {
    package var `internal`: [String] = []
    package var external: [String] = []
    package var outbound: [String] = []
    package var queue: [String] = []
    package var ivr: [String] = []
    package var conference: [String] = []
    package var parking: [String] = []
    package var voicemail: [String] = []

    package init() {}

    /// The lists with their names in JSON.
    package static let lists: [(name: String, keyPath: any WritableKeyPath<ContextPatterns, [String]> & Sendable)] = [
        ("internal", \.internal), ("external", \.external), ("outbound", \.outbound), ("queue", \.queue),
        ("ivr", \.ivr), ("conference", \.conference), ("parking", \.parking), ("voicemail", \.voicemail),
    ]
}
