package import AMI
import Basics

/// That a call was recorded into a file, as an event told.
package struct RecordingMention: Sendable, Equatable {
    /// From the root on, or below the folder that Asterisk records into, or the name alone.
    package let path: [UInt8]
    package let uniqueID: [UInt8]
    /// Empty when the event did not tell.
    package let linkedID: [UInt8]
    /// Whether the channel was the one that was recorded, and not just one whose CDR names the file.
    package let isCertain: Bool

    private init(_ path: [UInt8], _ uniqueID: [UInt8], _ linkedID: [UInt8], isCertain: Bool) {
        self.path = path
        self.uniqueID = uniqueID
        self.linkedID = linkedID
        self.isCertain = isCertain
    }

    /// No event of Asterisk names more files: the one of both sides, and one of each.
    package static let most = 8
    /// Asterisk allows 149 bytes (AST_MAX_UNIQUEID).
    package static let longestID = 512

    /// One mention for each path that a file may have: the first ones, so that an event costs no more than its size.
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

    /// The start of MixMonitor, Monitor or ChangeMonitor in a CEL.
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

    /// MixMonitor's variable MIXMONITOR_FILENAME in an event of the channel (manager.conf, `channelvars`).
    package static func mentions(inChannelEvent message: AMIMessage) -> [RecordingMention] {
        guard message[.channelVariable] != nil else { return [] }
        return mentions(of: message.values(of: .channelVariable).compactMap(file), message)
    }

    private static func mentions(of files: [[UInt8]], _ message: AMIMessage) -> [RecordingMention] {
        mentions(of: files, message[.uniqueID] ?? [], message[.linkedID] ?? [], isCertain: true)
    }

    /// The file in `MIXMONITOR_FILENAME=/var/spool/asterisk/monitor/a.wav`; the value is escaped as in C.
    private static func file(in variable: Bytes) -> [UInt8]? {
        guard let equals = variable.firstIndex(of: UInt8(ascii: "=")), equals + 1 < variable.endIndex,
            variable[..<equals].equals("MIXMONITOR_FILENAME")
        else { return nil }
        return CEscapes.removed(from: variable[(equals + 1)...])
    }

    /// The files that a CDR names: in the header RecordingFile, when `recordingfile` is mapped to it, or in its userfield.
    package static func mentions(inCDR cdr: CDR) -> [RecordingMention] {
        var files: [Bytes] = []
        if let file = cdr.message[.recordingFile], !file.isEmpty { files.append(file) }
        // That of the other party stands behind a semicolon (main/cdr.c).
        let parts = (cdr.message[.userField] ?? []).split(separator: UInt8(ascii: ";"), maxSplits: most)
        files += parts.prefix(most).filter { isAudio($0) }
        return mentions(of: files.map { Array($0) }, cdr.uniqueID, cdr.linkedID, isCertain: false)
    }

    private static func isAudio(_ name: Bytes) -> Bool {
        guard let dot = name.lastIndex(of: ASCII.dot) else { return false }
        return AudioFormat(pathExtension: name[(dot + 1)...]) != .unknown
    }

    /// Whether the name of the file leads to the same call anyhow, as that of most recordings does.
    package func isTold(by name: RecordingName) -> Bool {
        let ids = name.possibleUniqueIDs
        guard isCertain else { return ids.contains(uniqueID) || ids.contains(linkedID) }
        // A channel that was only called has no CDR: what leads to its call is the linkedid.
        return ids.contains(uniqueID) && (linkedID.isEmpty || linkedID == uniqueID)
    }
}

extension HeaderName {
    fileprivate static let channelVariable: HeaderName = "ChanVariable"
    fileprivate static let recordingFile: HeaderName = "RecordingFile"
}
