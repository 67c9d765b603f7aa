/// What an administrator can set about CDRs that are not sent.
package struct FilterSettings: Sendable {
    package var isEnabled = true
    package var excludedDestinations = ["h"]
    package var leavesOutQueueAttempts = false
    package var leavesOutZeroDuration = false
    /// In seconds; 0: every duration will do.
    package var minimumDuration = 0
    package var internalOnly = false

    package init() {}
}
