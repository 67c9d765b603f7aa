/// What events told of calls, for the recordings of them.
package struct CallNotes: Sendable {
    package var calls: [CallNote] = []
    package var recordings: [RecordingNote] = []

    package init() {}

    package var isEmpty: Bool { calls.isEmpty && recordings.isEmpty }
}
