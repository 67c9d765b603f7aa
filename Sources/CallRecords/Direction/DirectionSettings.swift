/// What an administrator can set about the direction of calls.
package struct DirectionSettings: Sendable {
    package var priority = DirectionPriority.origin
    package var extensionLengths = 2...7
    /// Digits, or a `+` and digits.
    package var internationalPrefixes = ["011", "00", "+"]
    package var recognisesE164 = true
    package var detectsTransfers = true
    /// How long it is remembered what a context is for; `nil`: not at all.
    package var cacheLifetime: Duration? = .seconds(3600)
    /// Patterns beside the built-in ones.
    package var contexts = ContextPatterns()

    package init() {}
}
