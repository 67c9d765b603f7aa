/// The source of an uncertain time, the member `time_source` of a record; a certain time has none.
package enum TimeSource: String, Sendable, CaseIterable {
    /// The setting PBX_TZ.
    case zone
    /// The offset of times before and after, or the one that gives the time nearest to the creation of the channel.
    case guess
    /// No source: the local time was taken as UTC.
    case utc
}
