package import Basics
package import Delivery
package import Spool

/// How the upload of one recording ended, or why it did not begin.
package enum UploadEnd: Sendable {
    /// The API has it, and the spool knows.
    case uploaded(bytes: Int, took: Duration, RecordingShelf.Outcome, Acknowledgement.Reservation?)
    /// The same file was uploaded from another place.
    case known(RecordingShelf.Outcome)
    /// The file is gone, or another one has its name; what is there now is found again.
    case gone
    /// Its bytes are not those that were found ready; it is found again.
    case changed
    /// The CDR of its call has not come.
    case awaitsCall
    case unreadable(Unreadable)
    /// The API does not have it.
    case failed(DeliveryOutcome)
    case spoolFailed(SpoolError)
    /// The system refuses the thread that reads the file.
    case noThread(SystemError)
    /// We stop.
    case cancelled
}
