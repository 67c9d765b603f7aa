/// The purposes of a dialplan context; a context can have several.
package struct ContextClasses: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Calls from phones.
    package static let `internal` = ContextClasses(rawValue: 1)
    /// Calls from trunks.
    package static let external = ContextClasses(rawValue: 1 << 1)
    /// Calls to trunks.
    package static let outbound = ContextClasses(rawValue: 1 << 2)
    /// Queues.
    package static let queue = ContextClasses(rawValue: 1 << 3)
    /// Voice menus.
    package static let ivr = ContextClasses(rawValue: 1 << 4)
    /// Conferences.
    package static let conference = ContextClasses(rawValue: 1 << 5)
    /// Parked calls.
    package static let parking = ContextClasses(rawValue: 1 << 6)
    /// Voicemail.
    package static let voicemail = ContextClasses(rawValue: 1 << 7)

    /// Each class with the list that has its patterns.
    static let lists: [(classes: ContextClasses, patterns: any KeyPath<ContextPatterns, [String]> & Sendable)] = [
        (.internal, \.internal), (.external, \.external), (.outbound, \.outbound), (.queue, \.queue), (.ivr, \.ivr),
        (.conference, \.conference), (.parking, \.parking), (.voicemail, \.voicemail),
    ]
}
