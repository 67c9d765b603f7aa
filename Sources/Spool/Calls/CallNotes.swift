/// Data about calls from events, for the recordings of those calls.
package struct CallNotes: Sendable {
    package var calls: [CallNote] = []
    package var recordings: [RecordingNote] = []

    package init() {}

    package var isEmpty: Bool { calls.isEmpty && recordings.isEmpty }
}
