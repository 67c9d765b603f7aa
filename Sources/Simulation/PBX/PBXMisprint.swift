import Basics

/// Frames as a troubled Asterisk writes them.
enum PBXMisprint {
    /// What cdr_manager.c has room for: all mapped headers together.
    private static let mappingRoom = 1023

    /// The bytes with LF for each CR LF.
    static func lineFeedsOnly(_ bytes: Bytes) -> [UInt8] { bytes.filter { $0 != ASCII.carriageReturn } }

    /// A Cdr with one mapped header more than there is room for: the last value is cut together with its line's end,
    /// so that the empty line which follows becomes that end, and the next frame begins inside this one.
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
