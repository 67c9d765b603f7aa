import Basics
import Spool

/// Recordings as JSON.
extension JSONWriter {
    /// The members of a recording without its path.
    mutating func recordingMembers(_ recording: StoredRecording) {
        key("id")
        integer(recording.id)
        key("state")
        string(recording.state.label)
        key("since")
        timestamp(recording.since)
        key("attempts")
        integer(recording.attempts)
        key("size")
        integer(recording.look.size)
        key("reason")
        stringOrNull(recording.reason.isEmpty ? nil : recording.reason)
    }

    /// Writes the path of a file; a path that is not UTF-8 is also written as `path_hex`, byte for byte.
    package mutating func path(_ path: [UInt8]) {
        key("path")
        string(path[...])
        guard String(validating: path, as: UTF8.self) == nil else { return }
        key("path_hex")
        string(ASCII.hexadecimal(path)[...])
    }

    mutating func totals(_ totals: RecordingCounts) {
        beginObject()
        for (name, value) in totals.figures {
            key(name)
            integer(value)
        }
        endObject()
    }
}

extension JSONValue {
    /// The path written by `JSONWriter.path`, byte for byte.
    package var path: [UInt8]? {
        let digits = self["path_hex"]?.string?.utf8.compactMap { ASCII.hexadecimalValue($0) }
        guard let digits else { return self["path"]?.string.map { Array($0.utf8) } }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension RecordingState {
    /// The name of the state in JSON and in commands.
    package var label: String {
        switch self {
        case .seen: "seen"
        case .waiting: "waiting"
        case .done: "done"
        case .parked: "parked"
        }
    }

    package init?(label: String) {
        guard let state = Self.allCases.first(where: { $0.label == label }) else { return nil }
        self = state
    }

    /// All names, for messages.
    package static let labels = allCases.map(\.label).joined(separator: ", ")
}
