import Basics
import CallRecords

/// What a recording may be called at the API, where no two must have the same id.
///
/// A UniqueID alone is not enough: one call can have several files, as `1782900420.19_in.wav` and `1782900420.19_out.wav`.
/// So whatever follows it in the name belongs to the id. Where two names still give the same, all but the first get a mark
/// made from the name.
package struct RecordingID: Sendable, Equatable {
    /// The UniqueID and what follows it in the name; the name of the file when there is none.
    package let plain: [UInt8]
    /// `plain` and a mark: 8 hexadecimal digits of the SHA-256 of the file's name, then of its path, then 64 of both and
    /// the number of the recording, which nothing else can have.
    package let marked: [[UInt8]]
    /// What earlier versions called it.
    package let unmarked: [UInt8]
    /// The second in the UniqueID; `nil` without one.
    package let callStart: Int?

    /// - Parameters:
    ///   - call: what records tell of the call; its UniqueID may have the name of a system in front.
    ///   - number: of the recording in the spool, never used twice.
    package init(_ file: FoundFile, call: KnownCall?, number: Int) {
        let name = RecordingName(path: file.path[...])
        let uniqueID = call?.uniqueID.nonEmpty ?? name.uniqueID
        let plain = Self.text(uniqueID.map { $0 + name.rest } ?? Array(file.name))
        let path = file.path + Array(" \(number)".utf8)
        self.plain = plain
        marked = [
            Self.mark(plain, Digest.sha256(Array(file.name)).prefix(4)),
            Self.mark(plain, Digest.sha256(file.path).prefix(4)), Self.mark(plain, Digest.sha256(path)[...]),
        ]
        unmarked = Self.text(uniqueID ?? Array(file.name))
        callStart = uniqueID.flatMap { PBXClock.epoch(inUniqueID: $0[...]) }
    }

    private static func mark(_ id: [UInt8], _ digest: Bytes) -> [UInt8] {
        id + [ASCII.minus] + ASCII.hexadecimal(Array(digest))
    }

    /// As it is sent: what is not UTF-8 becomes U+FFFD.
    private static func text(_ id: [UInt8]) -> [UInt8] { Array(id[...].text.utf8) }
}
