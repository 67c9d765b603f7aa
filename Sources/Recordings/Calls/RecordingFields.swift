package import Basics
import CallRecords

/// The text fields that go with a recording: what is known of its call, and what its name says where nothing is.
package struct RecordingFields: Sendable, Equatable {
    package private(set) var fields: [Field] = []

    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: [UInt8]
    }

    /// - Parameters:
    ///   - id: what the recording is called at the API.
    ///   - call: what its records tell; `nil` when none have come.
    ///   - zone: of the times in file names; `nil` is UTC.
    package init(
        _ file: FoundFile,
        _ measure: RecordingMeasure,
        id: [UInt8],
        call: KnownCall?,
        zone: TimeZoneRules?
    ) {
        let name = RecordingName(path: file.path[...])
        let uniqueID = call?.uniqueID.nonEmpty ?? name.uniqueID
        let linkedID = call?.linkedID.nonEmpty
        let queue = call?.queue.nonEmpty ?? name.queue
        add("recording_id", id)
        add("call_id", uniqueID)
        add("uniqueid", uniqueID)
        add("linkedid", linkedID)
        add("src_number", call?.source.nonEmpty)
        add("dst_number", call?.destination.nonEmpty)
        add("direction", (call?.direction ?? name.direction)?.rawValue)
        add("duration", measure.duration.map { "\($0.components.seconds)" })
        add("queue_name", queue)
        add("start_time", Self.start(file, measure, name, uniqueID: uniqueID, zone).description)
        add("file_name", Array(file.name))
        add("file_size", "\(measure.size)")
        add("original_file_path", file.path)
        let isVoicemail = file.path.split(separator: UInt8(ascii: "/")).contains { $0.equals("voicemail") }
        add("recording_type", isVoicemail ? "voicemail" : queue == nil ? "call" : "queue")
        add("sha256", ASCII.hexadecimal(measure.sha256))
    }

    /// The field of this name.
    package subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }

    private mutating func add(_ name: String, _ value: String?) { add(name, value.map { Array($0.utf8) }) }

    /// A field whose value is not known is left out; what is not UTF-8 becomes U+FFFD.
    private mutating func add(_ name: String, _ value: [UInt8]?) {
        guard let value else { return }
        fields.append(Field(name: name, value: Array(value[...].text.utf8)))
    }

    /// By the name, else by the UniqueID, which begins with its channel; else the last write, less what was written.
    private static func start(
        _ file: FoundFile,
        _ measure: RecordingMeasure,
        _ name: RecordingName,
        uniqueID: [UInt8]?,
        _ zone: TimeZoneRules?
    ) -> Timestamp {
        if let epoch = name.epoch { return Timestamp(seconds: epoch) }
        if let local = name.time?.secondsSinceEpoch, zone != nil || uniqueID == nil {
            return Timestamp(seconds: local - (zone?.offset(atLocal: local) ?? 0))
        }
        if let epoch = uniqueID.flatMap({ PBXClock.epoch(inUniqueID: $0[...]) }) { return Timestamp(seconds: epoch) }
        let length = Int(measure.duration?.components.seconds ?? 0)
        return Timestamp(seconds: file.look.modified / 1_000_000_000 - length)
    }
}

extension [UInt8] {
    var nonEmpty: [UInt8]? { isEmpty ? nil : self }
}
