package import Basics
import CallRecords
package import Delivery
import Glibc
import HTTP
package import Spool

/// The upload of one recording, from its entry in the spool to its place in `.processed`.
package struct UploadJob: Sendable {
    /// The objects and settings that all uploads share.
    package struct Means: Sendable {
        package let spool: RecordSpool
        package let receiver: any RecordingsReceiver
        /// The facts about calls.
        package let calls: any CallKnowledge
        /// The zone of times in file names; `nil` is UTC.
        package let zone: TimeZoneRules?
        /// Whether an uploaded file is deleted; else it moves to `.processed`.
        package let deletes: Bool
        /// Whether the body of an answer counts, or only its status.
        package let acknowledgement: AcknowledgementRules.Mode

        package init(
            spool: RecordSpool,
            receiver: any RecordingsReceiver,
            calls: any CallKnowledge,
            zone: TimeZoneRules?,
            deletes: Bool,
            acknowledgement: AcknowledgementRules.Mode = .json
        ) {
            self.spool = spool
            self.receiver = receiver
            self.calls = calls
            self.zone = zone
            self.deletes = deletes
            self.acknowledgement = acknowledgement
        }
    }

    let recording: StoredRecording
    let means: Means
    /// Whether the job may still wait for the CDR of its call.
    let mayWaitForCall: Bool
    /// Whether an earlier attempt had no answer.
    let mayHaveArrived: Bool
    /// Called just before the first byte is sent.
    let didOpen: @Sendable (FileUpload) -> Void

    /// The rules for its acknowledgement.
    var rules: AcknowledgementRules {
        AcknowledgementRules(mode: means.acknowledgement, isRecording: true, mayHaveArrived: mayHaveArrived)
    }

    private var file: FoundFile {
        FoundFile(path: recording.path, rootLength: recording.rootLength, stamp: recording.look)
    }

    /// Uploads the file; unless that succeeds, the file stays unchanged and can be tried again.
    func run() async -> UploadEnd {
        let name = RecordingName(path: recording.path[...])
        let call = await means.calls.call(of: recording.path, named: name)
        if call == nil && mayWaitForCall { return .awaitsCall }
        let (prepared, end) = await prepare()
        guard let prepared else { return end }
        do throws(SpoolError) {
            guard let id = try await identify(call) else { return .gone }
            let (digest, changed) = (prepared.measure.sha256, prepared.stamp.changed)
            let state = try await means.spool.perform { store in
                try store.recordings.measured(recording.id, sha256: digest, changed: changed, at: .now())
            }
            switch state {
            case .waiting?: break
            case .done?: return .known(await putAway(prepared.stamp))
            case .seen?, .parked?, nil: return .gone
            }
            return try await send(prepared, id, call)
        } catch {
            return .spoolFailed(error)
        }
    }

    /// Stores the id of the recording at the API; `nil` when the spool no longer has the recording.
    private func identify(_ call: KnownCall?) async throws(SpoolError) -> [UInt8]? {
        let id = RecordingID(file, call: call, number: recording.id)
        // A recording that was read before it had an id may have been sent by an earlier version, under its form of the
        // id.
        let mayBeSent = !recording.sha256.isEmpty
        let proposals = RecordingIDProposals(
            plain: [mayBeSent ? id.unmarked : id.plain],
            marked: id.marked,
            callStart: mayBeSent ? nil : id.callStart
        )
        return try await means.spool.perform { try $0.identify(recording: recording.id, proposals) }
    }

    /// Error codes when the file no longer exists, or is now a link, a pipe or a folder.
    private static let meansGone: Set<Int32> = [ENOENT, ENOTDIR, EISDIR, ELOOP, ENXIO, EINVAL]

    /// An open file and its measure.
    private struct Prepared: Sendable {
        let upload: FileUpload
        let measure: RecordingMeasure
        /// The stamp when it was read.
        let stamp: FileStamp
    }

    /// How often a file is read again because its stamp changed meanwhile, for instance by a change of rights.
    private static let mostReadings = 3

    /// Opens and reads the file.
    ///
    /// - Returns: the open file, or why there is nothing to send.
    private func prepare() async -> (Prepared?, UploadEnd) {
        let (recording, found, stop) = (recording, file, StopFlag())
        return await withTaskCancellationHandler {
            await blocking("recording-read") {
                (nil, .noThread($0))
            } _: { () -> (Prepared?, UploadEnd) in
                do throws(Unreadable) {
                    let file = try RecordingFile(found)
                    guard var stamp = file.stamp, stamp.matches(recording.look) else { return (nil, .gone) }
                    for _ in 0..<Self.mostReadings {
                        // A file that changed since it was read may have other content, whatever the time of its last
                        // write.
                        let isKnown = !recording.sha256.isEmpty && stamp == recording.look
                        let known = isKnown ? recording.sha256 : nil
                        guard let measure = try file.measure(found, knowing: known, unless: { stop.isRaised }) else {
                            return (nil, .cancelled)
                        }
                        guard let after = file.stamp, after.matches(recording.look), measure.size == after.size else {
                            return (nil, .changed)
                        }
                        if after == stamp {
                            let upload = FileUpload(file.release(), size: measure.size)
                            return (Prepared(upload: upload, measure: measure, stamp: stamp), .gone)
                        }
                        stamp = after
                    }
                    return (nil, .changed)
                } catch {
                    return (nil, Self.meansGone.contains(error.error.code) ? .gone : .unreadable(error))
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    private func send(_ prepared: Prepared, _ id: [UInt8], _ call: KnownCall?) async throws(SpoolError) -> UploadEnd {
        let (upload, measure) = (prepared.upload, prepared.measure)
        let fields = RecordingFields(file, measure, id: id, call: call, zone: means.zone).fields
        let form = MultipartForm(
            fields: fields.map { .init($0.name, $0.value) },
            fileField: "audio",
            fileName: Array(file.name[...].text.utf8),
            contentType: "\(file.format.contentType)",
            file: upload
        )
        didOpen(upload)
        let start = ContinuousClock.now
        let outcome = await means.receiver.send(form, idempotencyKey: key(measure))
        if outcome == .cancelled { return .cancelled }
        let sent = upload.sentDigest()
        let stamp = await stampAfterSending(prepared)
        let isChanged = stamp == nil || sent.map { $0 != measure.sha256 } ?? false
        if isChanged { return .changed }
        guard case .delivered(let reservation) = ResponseClass(outcome, count: 1, isGzip: false, rules: rules) else {
            return .failed(outcome)
        }
        // An answer before the end of the file cannot acknowledge all of it.
        guard sent != nil else { return .failed(.failed("the API answered before it had the whole file")) }
        guard try await means.spool.uploaded(recording: recording.id, at: .now()) else { return .gone }
        let shelf = await putAway(stamp ?? prepared.stamp)
        return .uploaded(bytes: measure.size, took: .now - start, shelf, reservation)
    }

    /// The Idempotency-Key: the same for each attempt with this file, also after a restart, under another name, or with
    /// more facts about its call.
    private func key(_ measure: RecordingMeasure) -> String {
        let text = "recording \(recording.look.inode) \(recording.look.modified) \(measure.size) "
        let digest = Digest.sha256(Array(text.utf8) + measure.sha256)
        return ASCII.hexadecimal(Array(digest.prefix(16)))[...].text
    }

    /// The stamp of the file after it was sent; `nil` when its content has changed.
    ///
    /// A change of rights or name does not change the content, but only reading the file again can tell.
    private func stampAfterSending(_ prepared: Prepared) async -> FileStamp? {
        guard let stamp = prepared.upload.stamp, stamp.matches(recording.look) else { return nil }
        if stamp == prepared.stamp { return stamp }
        let file = FoundFile(path: recording.path, rootLength: recording.rootLength, stamp: stamp)
        let (sha256, stop) = (prepared.measure.sha256, StopFlag())
        return await withTaskCancellationHandler {
            await blocking("recording-read") { _ in
                nil
            } _: { () -> FileStamp? in
                do throws(Unreadable) {
                    let opened = try RecordingFile(file)
                    // Another file, or none, has its name now, so this one is no longer touched.
                    guard opened.stamp == stamp else { return stamp }
                    guard let measure = try opened.measure(file, knowing: nil, unless: { stop.isRaised }) else {
                        return stamp
                    }
                    return measure.sha256 == sha256 && opened.stamp == stamp ? stamp : nil
                } catch {
                    return stamp
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    /// - Parameter stamp: the stamp of the uploaded file; another file stays in its place.
    private func putAway(_ stamp: FileStamp) async -> RecordingShelf.Outcome {
        let file = FoundFile(path: recording.path, rootLength: recording.rootLength, stamp: stamp)
        let deletes = means.deletes
        return await blocking("recording-move") {
            .left($0)
        } _: {
            RecordingShelf.putAway(file, deletes: deletes)
        }
    }

    /// Runs `body` on its own thread; calls `refused` when the system refuses a thread.
    private func blocking<Value: Sendable>(
        _ name: String,
        refused: (SystemError) -> Value,
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        do throws(SystemError) { return try await Thread.run(name, body) } catch { return refused(error) }
    }
}
