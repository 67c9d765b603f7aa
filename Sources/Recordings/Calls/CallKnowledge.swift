package import CallRecords

/// A source of facts about calls, for their recordings.
package protocol CallKnowledge: Sendable {
    /// The call that was recorded into this file, according to a CEL or a channel variable; `nil` when unknown.
    func call(recordedIn path: [UInt8]) async -> KnownCall?

    /// The call with this UniqueID or linkedid; `nil` until its CDR arrives.
    func call(_ id: [UInt8]) async -> KnownCall?
}

/// A source without any calls.
package struct NoCallKnowledge: CallKnowledge {
    package init() {}

    package func call(recordedIn path: [UInt8]) async -> KnownCall? { nil }
    package func call(_ id: [UInt8]) async -> KnownCall? { nil }
}

extension CallKnowledge {
    /// The call of a recording: the one that an event names for the file, else by the possible UniqueIDs in its name.
    package func call(of path: [UInt8], named name: RecordingName) async -> KnownCall? {
        if let call = await call(recordedIn: path) { return call }
        for id in name.possibleUniqueIDs { if let call = await call(id) { return call } }
        return nil
    }
}
