import Basics
import Spool

/// The part of the admin API about recordings.
extension AdminAPI {
    func recordings(_ state: RecordingState, after: Int, limit: Int) async throws(SpoolError) -> [UInt8] {
        let recordings = try await spool.perform { try $0.recordings.page(state, after: after, limit: limit) }
        return Self.list(recordings) { json, recording in
            json.beginObject()
            json.recordingMembers(recording)
            json.path(recording.path)
            json.endObject()
        }
    }

    func recordingTotals() async throws(SpoolError) -> [UInt8] {
        let counts = try await spool.perform { try $0.recordings.counts() }
        let totals = spool.figures.recordings
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("states")
        json.beginObject()
        for state in RecordingState.allCases {
            json.key(Array(state.label.utf8)[...])
            json.integer(counts[state] ?? 0)
        }
        json.endObject()
        json.key("books")
        json.totals(totals)
        json.key("balanced")
        json.boolean(totals.isBalanced)
        json.endObject()
        return json.bytes
    }

    /// The recordings of these files, in their order; null for unknown ones.
    func known(_ stamps: [FileStamp]) async throws(SpoolError) -> [UInt8] {
        Self.list(try await spool.perform { try $0.recordings.matching(stamps) }) { json, recording in
            guard let recording else { return json.null() }
            json.beginObject()
            json.recordingMembers(recording)
            json.endObject()
        }
    }

    /// Queues recordings again, one after the other; each has an entry in the answer, with null as the state of a
    /// missing one.
    func retry(recordings numbers: [Int]) async throws(SpoolError) -> [UInt8] {
        var answers: [(number: Int, isRetried: Bool, state: RecordingState?)] = []
        for number in numbers {
            answers.append(
                try await spool.perform { store in
                    let isRetried = try store.recordings.retry(number, at: .now())
                    return (number, isRetried, try store.recordings.recording(number)?.state)
                }
            )
        }
        return Self.list(answers) { json, answer in
            json.beginObject()
            json.key("id")
            json.integer(answer.number)
            json.key("retried")
            json.boolean(answer.isRetried)
            json.key("state")
            json.stringOrNull(answer.state?.label)
            json.endObject()
        }
    }

    private static func list<Element>(_ elements: [Element], _ encode: (inout JSONWriter, Element) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: 256 * (elements.count + 1))
        json.beginObject()
        json.key("recordings")
        json.beginArray()
        for element in elements { encode(&json, element) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
