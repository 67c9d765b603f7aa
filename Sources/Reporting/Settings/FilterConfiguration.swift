package import CallRecords
package import Daemon

/// The settings for CDRs that are not sent.
package struct FilterConfiguration: Configurable {
    /// Whether any filter is active.
    package var isEnabled = true
    package var queueAttempts = false
    package var zeroDuration = false
    package var internalOnly = false
    /// Shorter calls are dropped; zero accepts every duration.
    package var minimumDuration = Duration.zero
    package var excludedDestinations = ["h"]

    package init() {}
}

extension FilterConfiguration {
    /// The settings in the form of the filters.
    package var filterSettings: FilterSettings {
        var settings = FilterSettings()
        settings.isEnabled = isEnabled
        settings.excludedDestinations = excludedDestinations
        settings.leavesOutQueueAttempts = queueAttempts
        settings.leavesOutZeroDuration = zeroDuration
        settings.minimumDuration = Int(minimumDuration.components.seconds)
        settings.internalOnly = internalOnly
        return settings
    }
}

extension FilterConfiguration {
    package static let settings = SettingGroup<FilterConfiguration>(
        title: "Filters",
        introduction: """
            Which CDRs are not sent; a CEL is never filtered. What a filter keeps back is counted by its reason in \
            `asterisk_cdr_filtered_total`.
            """,
        settings: [
            Setting(
                "CDR_FILTER_ENABLED",
                "filter.enabled",
                at: \.isEnabled,
                .boolean,
                "Turns all filters on or off."
            ),
            Setting(
                "CDR_FILTER_QUEUE_ATTEMPTS",
                "filter.queue_attempts",
                at: \.queueAttempts,
                .boolean,
                "Leaves out attempts of a queue to reach an agent: `s` or `h`, not answered, no time."
            ),
            Setting(
                "CDR_FILTER_ZERO_DURATION",
                "filter.zero_duration",
                at: \.zeroDuration,
                .boolean,
                "Leaves out calls that took no time, unless they were busy, failed, congested or answered."
            ),
            Setting(
                "CDR_FILTER_INTERNAL_ONLY",
                "filter.internal_only",
                at: \.internalOnly,
                .boolean,
                "Leaves out calls unless both sides are extensions."
            ),
            Setting(
                "CDR_FILTER_MIN_DURATION",
                "filter.min_duration",
                at: \.minimumDuration,
                .seconds(0...86_400),
                "Leaves out calls that took less than this."
            ),
            Setting(
                "CDR_FILTER_EXCLUDE_DST",
                "filter.exclude_dst",
                at: \.excludedDestinations,
                .list(of: "destinations"),
                "Leaves out calls to these destinations that were not answered and took no time. "
                    + "Empty: none is left out.",
                example: "h,t",
                emptyMeansNone: true
            ),
        ]
    )
}
