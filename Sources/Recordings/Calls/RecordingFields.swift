package import Basics
import CallRecords

/// The text fields of an upload: facts about the call, else from the name of the file.
package struct RecordingFields: Sendable, Equatable {
    /// The fields in the order of the form.
    package private(set) var fields: [Field] = []

    /// One field of the form.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: [UInt8]
    }

    /// - Parameters:
    ///   - id: the id of the recording at the API.
    ///   - call: the facts from its records; `nil` when none have arrived.
    ///   - zone: the zone of times in file names; `nil` is UTC.
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

    /// The value of the field with this name.
    package subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }

    private mutating func add(_ name: String, _ value: String?) { add(name, value.map { Array($0.utf8) }) }

    /// Adds a field unless its value is unknown; bytes that are not UTF-8 become U+FFFD.
    private mutating func add(_ name: String, _ value: [UInt8]?) {
        guard let value else { return }
        fields.append(Field(name: name, value: Array(value[...].text.utf8)))
    }

    /// The start of the recording: the time in the name, else the second in the UniqueID (the begin of the channel),
    /// else the last write minus the duration.
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
        return Timestamp(seconds: file.stamp.modified / 1_000_000_000 - length)
    }
}

extension [UInt8] {
    var nonEmpty: [UInt8]? { isEmpty ? nil : self }
}
