/// What an uncertain time rests on: the member `time_source` of a record; a certain time has none.
package enum TimeSource: String, Sendable, CaseIterable {
    /// PBX_TZ.
    case zone
    /// The offset of times before and after, or the one nearest to when the channel was made.
    case guess
    /// Nothing: the local time was taken for UTC.
    case utc
}
