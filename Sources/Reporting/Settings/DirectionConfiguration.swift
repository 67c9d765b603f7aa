package import CallRecords
import Daemon

/// The settings for the direction of calls.
package struct DirectionConfiguration: Configurable {
    package var priority = DirectionPriority.origin
    /// The fewest digits of an extension.
    package var extensionMinLength = 2
    /// The most digits of an extension.
    package var extensionMaxLength = 7
    package var internationalPrefixes = ["011", "00", "+"]
    package var e164Enabled = true
    package var cacheEnabled = true
    /// How long the classes of a context are cached.
    package var cacheTTL = Duration.seconds(3600)
    package var detectTransfers = true
    /// Patterns in addition to the built-in ones.
    package var contexts = ContextPatterns()
    /// The unchanged lists of `ASTERISK_CUSTOM_CONTEXTS`.
    private var namedContexts: [String: [String]] = [:]

    package init() {}
}

extension DirectionConfiguration {
    /// The lists in `ASTERISK_CUSTOM_CONTEXTS`, each of which replaces the one from the file.
    var contextsFromEnvironment: [String: [String]] {
        get { namedContexts }
        set {
            namedContexts = newValue
            for (name, keyPath) in ContextPatterns.lists {
                if let patterns = newValue[name] { contexts[keyPath: keyPath] = patterns }
            }
        }
    }

    /// The settings in the form of the classifier.
    package var directionSettings: DirectionSettings {
        var settings = DirectionSettings()
        settings.priority = priority
        settings.extensionLengths = extensionMinLength...max(extensionMinLength, extensionMaxLength)
        settings.internationalPrefixes = internationalPrefixes
        settings.recognisesE164 = e164Enabled
        settings.detectsTransfers = detectTransfers
        settings.cacheLifetime = cacheEnabled ? cacheTTL : nil
        settings.contexts = contexts
        return settings
    }
}
