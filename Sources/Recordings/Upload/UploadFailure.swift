/// Why an upload was not the end of it, as metrics count it.
package enum UploadFailure: String, Sendable, CaseIterable {
    /// No answer, or one that says to come back.
    case unavailable
    /// The API does not want this recording.
    case refused
    /// Someone has to correct a setting, here or at the API.
    case misconfigured
    /// Something on the way seems to answer in the API's place.
    case doubtful
    /// The file changed while it was read or sent.
    case changed
    /// The file cannot be read.
    case unreadable
}
