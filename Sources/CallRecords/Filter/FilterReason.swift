/// Why a CDR is not sent: the labels of `asterisk_cdr_filtered_total`, in the order of the filters.
package enum FilterReason: String, Sendable, CaseIterable {
    case excludedDestination = "excluded_destination"
    case queueAttempt = "queue_attempt"
    case zeroDuration = "zero_duration"
    case minimumDuration = "min_duration"
    case notInternal = "not_internal"
}
