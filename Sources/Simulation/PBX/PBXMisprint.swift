import Basics

/// Malformed frames, as Asterisk writes them in case of trouble.
enum PBXMisprint {
    /// The buffer of cdr_manager.c for all mapped headers together, in bytes.
    private static let mappingRoom = 1023

    /// The bytes with LF in place of each CR LF.
    static func lineFeedsOnly(_ bytes: Bytes) -> [UInt8] { bytes.filter { $0 != ASCII.carriageReturn } }

    /// A Cdr with one mapped header more than the buffer can hold.
    ///
    /// The last value is cut together with its line end. The following empty line becomes that line end, so the next
    /// frame continues this one.
    static func overflowed(_ cdr: Bytes) -> [UInt8] {
        var frame = Array(cdr.dropLast(2))
        let userField = Array("\r\nUserField: ".utf8)
        let line = frame.indices.first { frame[$0...].starts(with: userField) } ?? frame.startIndex
        let mapped = frame[(line + 2)...].firstIndex(of: ASCII.newline).map { frame.count - $0 - 1 } ?? 0
        var header = Array("RecordingFile: /var/spool/asterisk/monitor/".utf8)
        while mapped + header.count < mappingRoom { header.append(UInt8(ascii: "x")) }
        frame += header
        frame.appendLineEnd()
        return frame
    }
}
