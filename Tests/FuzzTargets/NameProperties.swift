import Basics
import CallRecords
import Recordings

/// What is read of a name is a part of it; audio has a length that is not negative.
enum NameProperties {
    static func problem(_ input: [UInt8]) -> String? {
        let path = input[...]
        let name = RecordingName(path: path)
        for id in name.possibleUniqueIDs where !path.contains(id) { return "a UniqueID that is not in the name" }
        if name.possibleUniqueIDs.last != name.uniqueID { return "the shortest reading is not the UniqueID" }
        if let queue = name.queue, !path.contains(queue) { return "a queue that is not in the name" }
        let files = MixMonitorArguments(path).files
        if files.count > 3 || files.reduce(0, { $0 + $1.count }) > input.count { return "more files than arguments" }
        _ = RecordingPlaces(roots: ["/m", "/var/spool/"]).likeness(of: input, and: files.first ?? [])
        let rules = ReadinessRules(includes: ["a", ""], excludes: ["-in"])
        _ = rules.objection(toName: path)
        return lengthProblem(path)
    }

    private static func lengthProblem(_ bytes: Bytes) -> String? {
        for size in [0, bytes.count, 1 << 44, Int.max] {
            if let header = WAVHeader(bytes) {
                _ = (header.isOpen(size: size), header.isEmpty(size: size))
                if header.duration(size: size) ?? .zero < .zero { return "audio of negative length" }
            }
            for format in ["wav", "gsm", "ulaw", "sln192"] {
                let format = AudioFormat(pathExtension: Array(format.utf8)[...])
                if format.duration(head: bytes, size: size) ?? .zero < .zero { return "audio of negative length" }
            }
        }
        var (whole, inPieces) = (MP3FrameCounter(), MP3FrameCounter())
        whole.append(bytes)
        var pieces = Pieces(bytes.first ?? 0)
        pieces.cut(bytes) { inPieces.append($0) }
        return whole.duration == inPieces.duration ? nil : "frames of mp3 that depend on the cut"
    }
}
