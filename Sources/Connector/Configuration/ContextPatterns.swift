/// Names of dialplan contexts by what they are for; `*` in a name stands for anything.
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

    /// The lists by the names they have in JSON.
    static let lists: [(name: String, keyPath: any WritableKeyPath<ContextPatterns, [String]> & Sendable)] = [
        ("internal", \.internal), ("external", \.external), ("outbound", \.outbound), ("queue", \.queue),
        ("ivr", \.ivr), ("conference", \.conference), ("parking", \.parking), ("voicemail", \.voicemail),
    ]
}

extension Configuration {
    /// The lists that `ASTERISK_CUSTOM_CONTEXTS` names, each in place of the one from the file.
    var contextsFromEnvironment: [String: [String]] {
        get { namedContexts }
        set {
            namedContexts = newValue
            for (name, keyPath) in ContextPatterns.lists {
                if let patterns = newValue[name] { direction.contexts[keyPath: keyPath] = patterns }
            }
        }
    }
}
