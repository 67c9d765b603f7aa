package import CallRecords

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

    /// What decides the direction of calls.
    package var directionSettings: DirectionSettings {
        var settings = DirectionSettings()
        settings.priority = direction.priority
        let shortest = direction.extensionMinLength
        settings.extensionLengths = shortest...max(shortest, direction.extensionMaxLength)
        settings.internationalPrefixes = direction.internationalPrefixes
        settings.recognisesE164 = direction.e164Enabled
        settings.detectsTransfers = direction.detectTransfers
        settings.cacheLifetime = direction.cacheEnabled ? direction.cacheTTL : nil
        settings.contexts = direction.contexts
        return settings
    }

    /// Which CDRs are left out.
    package var filterSettings: FilterSettings {
        var settings = FilterSettings()
        settings.isEnabled = filter.isEnabled
        settings.excludedDestinations = filter.excludedDestinations
        settings.leavesOutQueueAttempts = filter.queueAttempts
        settings.leavesOutZeroDuration = filter.zeroDuration
        settings.minimumDuration = Int(filter.minimumDuration.components.seconds)
        settings.internalOnly = filter.internalOnly
        return settings
    }
}
