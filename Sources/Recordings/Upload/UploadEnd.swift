package import Basics
package import Delivery
package import Spool

/// How the upload of one recording ended, or why it did not start.
package enum UploadEnd: Sendable {
    /// The API has it, and the spool has recorded that.
    case uploaded(bytes: Int, took: Duration, RecordingShelf.Outcome, Acknowledgement.Reservation?)
    /// The same file was uploaded from another place.
    case known(RecordingShelf.Outcome)
    /// The file is gone or replaced; the next scan finds what is there now.
    case gone
    /// Its content changed; the next scan finds it again.
    case changed
    /// The CDR of its call has not arrived.
    case awaitsCall
    case unreadable(Unreadable)
    /// The API does not have it.
    case failed(DeliveryOutcome)
    case spoolFailed(SpoolError)
    /// The system refuses the thread that reads the file.
    case noThread(SystemError)
    /// The process stops.
    case cancelled
}
