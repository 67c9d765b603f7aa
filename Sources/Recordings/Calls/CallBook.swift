package import Basics
import CallRecords
import Delivery
package import Spool

/// The stored facts about calls for their recordings: from CDRs, filtered ones included, and from events that name
/// recorded files.
package struct CallBook: CallKnowledge {
    private let spool: RecordSpool
    private let places: RecordingPlaces
    private let log: Logger

    /// - Parameter roots: absolute paths of the watched folders.
    package init(_ spool: RecordSpool, roots: [String], log: Logger) {
        self.spool = spool
        places = RecordingPlaces(roots: roots)
        self.log = log
    }

    package func call(recordedIn path: [UInt8]) async -> KnownCall? {
        let name = RecordingName(path: path[...])
        let key = CallKey.make(name, of: path)
        let notes = await answer { try $0.calls.recordings(named: key) } ?? []
        guard let note = best(of: notes, for: path) else { return nil }
        if !note.isCertain {
            // Several CDRs may name one file; the call in the file's name takes precedence.
            for id in name.possibleUniqueIDs { if let call = await call(id) { return call } }
        }
        if let call = await call(note.uniqueID) { return call }
        return await call(note.linkedID)
    }

    package func call(_ id: [UInt8]) async -> KnownCall? {
        guard !id.isEmpty else { return nil }
        let note = await answer { try $0.calls.call(id, channel: CallKey.make(id[...])) }
        return note.map { KnownCall($0) }
    }

    /// The note that fits a file best, the latest of equal ones.
    ///
    /// A note with only the name in common counts only if no other call was recorded into a file of that name.
    private func best(of notes: [RecordingNote], for path: [UInt8]) -> RecordingNote? {
        let candidates = notes.compactMap { note in
            places.likeness(of: path, and: note.path).map { (note: note, likeness: $0) }
        }
        let best = candidates.max { one, other in
            let (left, right) = (one.note, other.note)
            return (one.likeness.rawValue, left.isCertain ? 1 : 0, left.receivedAt)
                < (other.likeness.rawValue, right.isCertain ? 1 : 0, right.receivedAt)
        }
        guard let best else { return nil }
        let isOnlyOne = candidates.allSatisfy { $0.note.uniqueID == best.note.uniqueID }
        return best.likeness > .name || isOnlyOne ? best.note : nil
    }

    /// The result of a query; `nil` when the spool fails, which is logged.
    private func answer<Answer: Sendable>(
        _ question: @Sendable (SpoolStore) throws -> Answer?
    ) async -> Answer? {
        do throws(SpoolError) {
            return try await spool.perform(question)
        } catch {
            log.error("call of a recording unreadable", [.init(own: "error", error)])
            return nil
        }
    }
}

extension KnownCall {
    fileprivate init(_ note: CallNote) {
        self.init(
            uniqueID: note.uniqueID,
            linkedID: note.linkedID,
            source: note.source,
            destination: note.destination,
            direction: Direction(rawValue: note.direction),
            queue: note.queue
        )
    }
}
