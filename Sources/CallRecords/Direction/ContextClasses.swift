/// What a dialplan context is for; one can be for several things.
package struct ContextClasses: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let `internal` = ContextClasses(rawValue: 1)
    package static let external = ContextClasses(rawValue: 1 << 1)
    package static let outbound = ContextClasses(rawValue: 1 << 2)
    package static let queue = ContextClasses(rawValue: 1 << 3)
    package static let ivr = ContextClasses(rawValue: 1 << 4)
    package static let conference = ContextClasses(rawValue: 1 << 5)
    package static let parking = ContextClasses(rawValue: 1 << 6)
    package static let voicemail = ContextClasses(rawValue: 1 << 7)

    /// Each class with the list that its patterns stand in.
    static let lists: [(classes: ContextClasses, patterns: any KeyPath<ContextPatterns, [String]> & Sendable)] = [
        (.internal, \.internal), (.external, \.external), (.outbound, \.outbound), (.queue, \.queue), (.ivr, \.ivr),
        (.conference, \.conference), (.parking, \.parking), (.voicemail, \.voicemail),
    ]
}
