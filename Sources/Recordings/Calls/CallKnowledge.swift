package import CallRecords

/// What can be asked about calls, for their recordings.
package protocol CallKnowledge: Sendable {
    /// The call that was recorded into this file, as a CEL or a channel variable said.
    func call(recordedIn path: [UInt8]) async -> KnownCall?

    /// The call with this UniqueID or linkedid; `nil` as long as its CDR has not come.
    func call(_ id: [UInt8]) async -> KnownCall?
}

/// Knows of no call.
package struct NoCallKnowledge: CallKnowledge {
    package init() {}

    package func call(recordedIn path: [UInt8]) async -> KnownCall? { nil }
    package func call(_ id: [UInt8]) async -> KnownCall? { nil }
}

extension CallKnowledge {
    /// The call of a recording: as was said of the file, else by the UniqueIDs that its name can be read as.
    package func call(of path: [UInt8], named name: RecordingName) async -> KnownCall? {
        if let call = await call(recordedIn: path) { return call }
        for id in name.possibleUniqueIDs { if let call = await call(id) { return call } }
        return nil
    }
}
