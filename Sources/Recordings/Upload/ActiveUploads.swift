import Basics
import HTTP
import Spool

/// The uploads in flight, readable from any thread.
final class ActiveUploads: Sendable {
    private struct Entry {
        let name: [UInt8]
        let upload: FileUpload
        let since: Timestamp
    }

    private let entriesByID = Lock<[Int: Entry]>([:])

    func add(_ recording: StoredRecording, _ upload: FileUpload) {
        let name = Array(recording.path[((recording.path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
        let entry = Entry(name: name, upload: upload, since: .now())
        entriesByID.withLock { $0[recording.id] = entry }
    }

    func remove(_ id: Int) { entriesByID.withLock { $0[id] = nil } }

    var count: Int { entriesByID.withLock { $0.count } }
    var isEmpty: Bool { count == 0 }

    /// The uploads with the numbers of their recordings, in the order of their start.
    var entries: [(id: Int, upload: RecordingsStatus.Upload)] {
        entriesByID.withLock { entries in
            entries.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.map { id, entry in
                let upload = RecordingsStatus.Upload(
                    fileName: entry.name,
                    sent: entry.upload.bytesSent,
                    size: entry.upload.size,
                    since: entry.since
                )
                return (id, upload)
            }
        }
    }

    var uploads: [RecordingsStatus.Upload] { entries.map(\.upload) }
}
