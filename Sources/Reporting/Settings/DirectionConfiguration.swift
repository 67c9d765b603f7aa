package import CallRecords
import Daemon

/// What decides whether a call is inbound, outbound or internal.
package struct DirectionConfiguration: Configurable {
    package var priority = DirectionPriority.origin
    package var extensionMinLength = 2
    package var extensionMaxLength = 7
    package var internationalPrefixes = ["011", "00", "+"]
    package var e164Enabled = true
    package var cacheEnabled = true
    package var cacheTTL = Duration.seconds(3600)
    package var detectTransfers = true
    /// Added to the built-in patterns.
    package var contexts = ContextPatterns()
    /// The lists of `ASTERISK_CUSTOM_CONTEXTS` as they were given.
    private var namedContexts: [String: [String]] = [:]

    package init() {}
}

extension DirectionConfiguration {
    /// The lists that `ASTERISK_CUSTOM_CONTEXTS` names, each in place of the one from the file.
    var contextsFromEnvironment: [String: [String]] {
        get { namedContexts }
        set {
            namedContexts = newValue
            for (name, keyPath) in ContextPatterns.lists {
                if let patterns = newValue[name] { contexts[keyPath: keyPath] = patterns }
            }
        }
    }

    /// The same, as the classifier takes it.
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
