import Basics
import CallRecords

/// The possible ids of a recording at the API, where each id must be unique.
///
/// A UniqueID alone is not enough: one call can have several files, such as `1782900420.19_in.wav` and
/// `1782900420.19_out.wav`. So the rest of the name is part of the id. When two names still give the same id, all but
/// the first get a mark that is computed from the name.
package struct RecordingID: Sendable, Equatable {
    /// The UniqueID and the rest of the name; the name of the file when there is none.
    package let plain: [UInt8]
    /// `plain` with marks, in the order in which they are tried.
    ///
    /// 8 hexadecimal digits of the SHA-256 of the file's name, then of its path, then all 64 of the SHA-256 of the path
    /// and the number of the recording, which is always unique.
    package let marked: [[UInt8]]
    /// The id that earlier versions used.
    package let unmarked: [UInt8]
    /// The second in the UniqueID; `nil` without one.
    package let callStart: Int?

    /// - Parameters:
    ///   - call: the facts from its records; the UniqueID may begin with a system name.
    ///   - number: the number of the recording in the spool, never used twice.
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

    /// The id as it is sent: bytes that are not UTF-8 become U+FFFD.
    private static func text(_ id: [UInt8]) -> [UInt8] { Array(id[...].text.utf8) }
}
