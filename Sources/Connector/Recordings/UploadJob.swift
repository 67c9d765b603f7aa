package import Basics
import Glibc
import HTTP
package import Recordings
package import Spool

/// The upload of one recording, from what the spool says of it to its place in `.processed`.
package struct UploadJob: Sendable {
    /// What all uploads share.
    package struct Means: Sendable {
        package let spool: Spool
        package let receiver: any RecordingsReceiver
        package let calls: any CallKnowledge
        /// Of times in file names; `nil` is UTC.
        package let zone: TimeZoneRules?
        /// Whether an uploaded file is deleted; else it moves to `.processed`.
        package let deletes: Bool

        package init(
            spool: Spool,
            receiver: any RecordingsReceiver,
            calls: any CallKnowledge,
            zone: TimeZoneRules?,
            deletes: Bool
        ) {
            self.spool = spool
            self.receiver = receiver
            self.calls = calls
            self.zone = zone
            self.deletes = deletes
        }
    }

    let recording: StoredRecording
    let means: Means
    /// Whether there is time left for the CDR of its call to come.
    let mayWaitForCall: Bool
    /// Told when the first byte is about to go.
    let didOpen: @Sendable (FileUpload) -> Void

    private var file: FoundFile {
        FoundFile(path: recording.path, rootLength: recording.rootLength, look: recording.look)
    }

    /// Uploads; whatever the end is but a success, the file is as it was, and may be tried again.
    func run() async -> UploadEnd {
        let name = RecordingName(path: recording.path[...])
        let call = await means.calls.call(of: recording.path, named: name)
        if call == nil && mayWaitForCall { return .awaitsCall }
        let (prepared, end) = await prepare()
        guard let prepared else { return end }
        do throws(SpoolError) {
            switch try await means.spool.measured(
                recording: recording.id,
                sha256: prepared.measure.sha256,
                at: .now()
            ) {
            case .waiting?: break
            case .done?: return .known(await putAway())
            case .seen?, .parked?, nil: return .gone
            }
            return try await send(prepared, call)
        } catch {
            return .spoolFailed(error)
        }
    }

    /// What the system says where the file is no more, or is a link, a pipe or a folder by now.
    private static let meansGone: Set<Int32> = [ENOENT, ENOTDIR, EISDIR, ELOOP, ENXIO, EINVAL]

    /// A file that is open, and what is in it.
    private struct Prepared: Sendable {
        let upload: FileUpload
        let measure: RecordingMeasure
    }

    /// Opens and reads the file.
    ///
    /// - Returns: why not, where there is nothing to send.
    private func prepare() async -> (Prepared?, UploadEnd) {
        let (recording, found, stop) = (recording, file, StopFlag())
        return await withTaskCancellationHandler {
            await Thread.run("recording-read") { () -> (Prepared?, UploadEnd) in
                do throws(Unreadable) {
                    let file = try RecordingFile(found)
                    guard file.look == recording.look else { return (nil, .gone) }
                    let known = recording.sha256.isEmpty ? nil : recording.sha256
                    guard let measure = try file.measure(found, knowing: known, unless: { stop.isRaised }) else {
                        return (nil, .cancelled)
                    }
                    guard file.look == recording.look, measure.size == recording.look.size else {
                        return (nil, .changed)
                    }
                    return (Prepared(upload: FileUpload(file.release(), size: measure.size), measure: measure), .gone)
                } catch {
                    return (nil, Self.meansGone.contains(error.error.code) ? .gone : .unreadable(error))
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    private func send(_ prepared: Prepared, _ call: KnownCall?) async throws(SpoolError) -> UploadEnd {
        let (upload, measure) = (prepared.upload, prepared.measure)
        let fields = RecordingFields(file, measure, call: call, zone: means.zone).fields
        let form = MultipartForm(
            fields: fields.map { .init($0.name, $0.value) },
            fileField: "audio",
            fileName: Array(file.name[...].text.utf8),
            contentType: "\(file.format.contentType)",
            file: upload
        )
        didOpen(upload)
        if Mutant.isAlive(.recordingPutAwayEarly) { _ = await putAway() }
        let start = ContinuousClock.now
        let outcome = await means.receiver.send(form, idempotencyKey: key(measure))
        if outcome == .cancelled { return .cancelled }
        let sent = upload.sentDigest()
        let isChanged = upload.look != recording.look || sent.map { $0 != measure.sha256 } ?? false
        if isChanged, !Mutant.isAlive(.changedRecordingDone) { return .changed }
        guard case .delivered = Verdict(outcome, count: 1, isGzip: false) else { return .failed(outcome) }
        // An answer that came before the end of the file cannot speak of all of it.
        guard sent != nil else { return .failed(.failed("the API answered before it had the whole file")) }
        guard try await means.spool.uploaded(recording: recording.id, at: .now()) else { return .gone }
        return .uploaded(bytes: measure.size, took: .now - start, await putAway())
    }

    /// The same for each attempt at this file, also after a restart, under another name, and when more is known of its
    /// call by then.
    private func key(_ measure: RecordingMeasure) -> String {
        let text = "recording \(recording.look.inode) \(recording.look.modified) \(measure.size) "
        let digest = Digest.sha256(Array(text.utf8) + measure.sha256)
        return ASCII.hexadecimal(Array(digest.prefix(16)))[...].text
    }

    private func putAway() async -> RecordingShelf.Outcome {
        let (file, deletes) = (file, means.deletes)
        return await Thread.run("recording-move") { RecordingShelf.putAway(file, deletes: deletes) }
    }
}
