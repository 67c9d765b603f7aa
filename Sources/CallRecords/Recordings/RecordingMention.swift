package import AMI
import Basics

/// A file that an event names as the recording of a call.
package struct RecordingMention: Sendable, Equatable {
    /// An absolute path, a path relative to Asterisk's folder for recordings, or only a name.
    package let path: [UInt8]
    package let uniqueID: [UInt8]
    /// Empty when the event has none.
    package let linkedID: [UInt8]
    /// Whether this channel was recorded; `false` when only its CDR names the file.
    package let isCertain: Bool

    private init(_ path: [UInt8], _ uniqueID: [UInt8], _ linkedID: [UInt8], isCertain: Bool) {
        self.path = path
        self.uniqueID = uniqueID
        self.linkedID = linkedID
        self.isCertain = isCertain
    }

    /// The most files taken from one event; Asterisk never names more than three: both sides, and each one.
    package static let most = 8
    /// The longest UniqueID or linkedid in bytes; Asterisk allows 149 (AST_MAX_UNIQUEID).
    package static let longestID = 512

    /// One mention for each path that is possible for a file, at most `most`, so that the cost is limited by the size
    /// of an event.
    private static func mentions(
        of files: [[UInt8]],
        _ uniqueID: Bytes,
        _ linkedID: Bytes,
        isCertain: Bool
    ) -> [RecordingMention] {
        guard uniqueID.count <= longestID, linkedID.count <= longestID else { return [] }
        let (uniqueID, linkedID) = (Array(uniqueID), Array(linkedID))
        return files.filter { RecordingName.isPossible($0[...]) }.prefix(most)
            .map { RecordingMention($0, uniqueID, linkedID, isCertain: isCertain) }
    }

    /// The files in a CEL that reports the start of MixMonitor, Monitor or ChangeMonitor.
    package static func mentions(inCEL message: AMIMessage) -> [RecordingMention] {
        guard message[.eventName]?.equals("APP_START") == true, let application = message[.application] else {
            return []
        }
        let data = message[.applicationData] ?? []
        if application.equalsIgnoringCase("mixmonitor") {
            return mentions(of: MixMonitorArguments(data).files, message)
        }
        if application.equalsIgnoringCase("monitor") {
            return mentions(of: MonitorArguments(monitor: data).files, message)
        }
        guard application.equalsIgnoringCase("changemonitor") else { return [] }
        return mentions(of: MonitorArguments(changeMonitor: data).files, message)
    }

    /// The files in MixMonitor's variable MIXMONITOR_FILENAME in an event of the channel (manager.conf, `channelvars`).
    package static func mentions(inChannelEvent message: AMIMessage) -> [RecordingMention] {
        guard message[.channelVariable] != nil else { return [] }
        return mentions(of: message.values(of: .channelVariable).compactMap(file), message)
    }

    private static func mentions(of files: [[UInt8]], _ message: AMIMessage) -> [RecordingMention] {
        mentions(of: files, message[.uniqueID] ?? [], message[.linkedID] ?? [], isCertain: true)
    }

    /// The file in `MIXMONITOR_FILENAME=/var/spool/asterisk/monitor/a.wav`; the value has C escapes.
    private static func file(in variable: Bytes) -> [UInt8]? {
        guard let equals = variable.firstIndex(of: UInt8(ascii: "=")), equals + 1 < variable.endIndex,
            variable[..<equals].equals("MIXMONITOR_FILENAME")
        else { return nil }
        return CEscapes.removed(from: variable[(equals + 1)...])
    }

    /// The files that a CDR names in the header RecordingFile, if `recordingfile` is mapped to it, or in its userfield.
    package static func mentions(inCDR cdr: CDR) -> [RecordingMention] {
        var files: [Bytes] = []
        if let file = cdr.message[.recordingFile], !file.isEmpty { files.append(file) }
        // The userfield of the other party follows a semicolon (main/cdr.c).
        let parts = (cdr.message[.userField] ?? []).split(separator: UInt8(ascii: ";"), maxSplits: most)
        files += parts.prefix(most).filter { isAudio($0) }
        return mentions(of: files.map { Array($0) }, cdr.uniqueID, cdr.linkedID, isCertain: false)
    }

    private static func isAudio(_ name: Bytes) -> Bool {
        guard let dot = name.lastIndex(of: ASCII.dot) else { return false }
        return AudioFormat(pathExtension: name[(dot + 1)...]) != .unknown
    }

    /// Whether the name of the file alone leads to the same call, as for most recordings.
    package func isTold(by name: RecordingName) -> Bool {
        let ids = name.possibleUniqueIDs
        guard isCertain else { return ids.contains(uniqueID) || ids.contains(linkedID) }
        // A channel that was only called has no CDR; the linkedid leads to its call.
        return ids.contains(uniqueID) && (linkedID.isEmpty || linkedID == uniqueID)
    }
}

extension HeaderName {
    fileprivate static let channelVariable: HeaderName = "ChanVariable"
    fileprivate static let recordingFile: HeaderName = "RecordingFile"
}
