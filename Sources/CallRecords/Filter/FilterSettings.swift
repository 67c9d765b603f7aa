/// The settings for CDRs that are not sent.
package struct FilterSettings: Sendable {
    /// Whether any filter is active.
    package var isEnabled = true
    /// Destinations whose unanswered calls without a duration are dropped.
    package var excludedDestinations = ["h"]
    /// Whether attempts of a queue to reach an agent are dropped.
    package var leavesOutQueueAttempts = false
    /// Whether calls without a duration are dropped, unless their disposition carries information.
    package var leavesOutZeroDuration = false
    /// In seconds; 0 accepts every duration.
    package var minimumDuration = 0
    /// Whether only calls between two extensions are sent.
    package var internalOnly = false

    package init() {}
}
