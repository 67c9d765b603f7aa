import Basics
import CallRecords
import Delivery
import Spool
import Synchronization

/// The log messages about uploads.
///
/// Recordings appear with their number and UniqueID, because names may contain the numbers of callers.
final class UploadLog: Sendable {
    private let log: Logger
    private let saidLeft = Atomic<Bool>(false)

    init(_ log: Logger) { self.log = log }

    private func label(_ recording: StoredRecording) -> [Logger.Field] {
        let name = RecordingName(path: recording.path[...])
        let id = Logger.Field("recording", recording.id)
        return name.uniqueID.map { [id, Logger.Field("uniqueid", $0[...].text)] } ?? [id]
    }

    func uploaded(_ recording: StoredRecording, bytes: Int, took duration: Duration) {
        let figures = [Logger.Field("bytes", bytes), .init(own: "took", duration.formatted)]
        log.info("recording uploaded", label(recording) + figures)
    }

    func known(_ recording: StoredRecording) {
        log.info("recording already uploaded from another path", label(recording))
    }

    func changed(_ recording: StoredRecording) {
        log.warning("recording changed during upload, retrying", label(recording))
    }

    func unreadable(_ recording: StoredRecording, _ failure: Unreadable) {
        log.warning("recording unreadable, retrying", label(recording) + failure.fields, collapsing: false)
    }

    /// Logs once why files stay in their place.
    func shelved(_ outcome: RecordingShelf.Outcome, deletes: Bool) {
        guard case .left(let error) = outcome, !saidLeft.exchange(true, ordering: .relaxed) else { return }
        let message = "recordings folder not writable, uploaded recordings stay in place"
        let fields = [Logger.Field("error", error)]
        if deletes { log.warning(message, fields) } else { log.info(message, fields) }
    }

    /// Logs the progress of uploads that take more than 20 s.
    func progress(_ entries: [(id: Int, upload: RecordingsStatus.Upload)]) {
        let begun = Timestamp.now().adding(seconds: -20)
        for (id, upload) in entries where upload.since < begun {
            let percent = upload.size > 0 ? upload.sent * 100 / upload.size : 100
            log.info(
                "recording upload in progress",
                [
                    .init("recording", id), .init("sent", upload.sent), .init("of", upload.size),
                    .init("percent", percent),
                ]
            )
        }
    }

    func write(_ notices: [DeliveryNotice], about recording: StoredRecording?) {
        for var notice in notices {
            notice.fields = (recording.map(label) ?? []) + notice.fields
            notice.write(to: log)
        }
    }

    func noThread(_ error: SystemError) { log.warning("upload thread refused, retrying", [.init(own: "error", error)]) }

    func spoolFailed(_ error: SpoolError) { log.error("spool failed", [.init(own: "error", error)]) }
}
