/// The settings for the direction of calls.
package struct DirectionSettings: Sendable {
    /// What decides first.
    package var priority = DirectionPriority.origin
    /// How many digits an extension can have.
    package var extensionLengths = 2...7
    /// Each is digits, or a `+` and digits.
    package var internationalPrefixes = ["011", "00", "+"]
    /// Whether `+` and 10 to 15 digits make an international number.
    package var recognisesE164 = true
    /// Whether transfers are detected.
    package var detectsTransfers = true
    /// How long the classes of a context are cached; `nil` turns the cache off.
    package var cacheLifetime: Duration? = .seconds(3600)
    /// Patterns in addition to the built-in ones.
    package var contexts = ContextPatterns()

    package init() {}
}
