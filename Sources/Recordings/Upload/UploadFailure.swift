/// Why an upload failed, as metrics count it.
package enum UploadFailure: String, Sendable, CaseIterable {
    /// No answer, or one that asks for a retry.
    case unavailable
    /// The API refuses this recording.
    case refused
    /// A setting must be corrected, here or at the API.
    case misconfigured
    /// Something else, such as a proxy, seems to answer for the API.
    case doubtful
    /// The file changed while it was read or sent.
    case changed
    /// The file cannot be read.
    case unreadable
}
