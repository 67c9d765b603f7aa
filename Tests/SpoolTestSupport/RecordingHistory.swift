package import Basics
import Glibc
package import Spool

/// Recordings to which something has happened.
package enum RecordingHistory {
    package static let start = SpoolHistory.start

    /// Lets the spool know a file that came as far as `state`; answers its number.
    ///
    /// - Parameters:
    ///   - look: of the file; `nil`: as it is.
    ///   - reason: why its uploads failed, when it is parked.
    @discardableResult
    package static func add(
        _ path: [UInt8],
        _ look: FileStamp? = nil,
        _ state: RecordingState,
        to spool: RecordSpool,
        reason: String = "HTTP 413: the file is too large"
    ) async throws -> Int {
        let look = try look ?? self.look(at: path)
        let root = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
        let sighting = RecordingSighting(look: look, path: path, rootLength: root, isReady: true)
        for _ in 0..<(state == .seen ? 1 : 2) {
            try await spool.perform { try $0.recordings.note([sighting], at: start) }
        }
        let id = try await spool.perform { try $0.recordings.matching([look]) }.first.flatMap { $0?.id } ?? 0
        let later = start.adding(seconds: 3000)
        if state == .done { _ = try await spool.uploaded(recording: id, at: later) }
        if state == .parked {
            try await spool.perform {
                try $0.recordings.failed(id, attempts: 10, reason: reason, parks: true, at: later)
            }
        }
        return id
    }

    private static func look(at path: [UInt8]) throws(SystemError) -> FileStamp {
        var status = stat()
        guard unsafe lstat(path.map(CChar.init(bitPattern:)) + [0], &status) == 0 else {
            throw SystemError("stat", path[...].text)
        }
        return FileStamp(status)
    }
}
