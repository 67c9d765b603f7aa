import Basics

/// Events on their way to the sessions, and their fates so far.
final class FrameBatch: Sendable {
    /// How much of a batch one session sent.
    struct Delivery: Sendable {
        /// The event classes that the session was entitled to.
        let mask: PBXEventClass
        /// All frames before this one were written.
        let written: Int
        /// The frame in the middle of which the session ended.
        var cut: Int?

        /// The result for a session that sent nothing of the batch.
        static func nothing(_ mask: PBXEventClass) -> Delivery { Delivery(mask: mask, written: 0) }
    }

    let frames: FrameSequence
    /// The number of its first record among all that were generated.
    let firstNumber: Int
    private let state: Lock<State>

    private struct State {
        var outstanding: Int
        var fates: [EmissionFate]
    }

    /// - Parameters:
    ///   - firstNumber: the number of its first record.
    ///   - outstanding: how many deliveries will be reported.
    init(_ frames: FrameSequence, firstNumber: Int = 0, outstanding: Int) {
        self.frames = frames
        self.firstNumber = firstNumber
        state = Lock(State(outstanding: outstanding, fates: Array(repeating: .absent, count: frames.count)))
    }

    /// Records the result of a session; after the last one, returns the fate of each frame.
    func resolve(_ delivery: Delivery) -> [EmissionFate]? {
        state.withLock { state in
            for (index, frame) in frames.frames.enumerated() where delivery.mask.contains(frame.kind.eventClass) {
                let fate: EmissionFate =
                    index < delivery.written ? .written : index == delivery.cut ? .cut : .unsent
                state.fates[index] = max(state.fates[index], fate)
            }
            state.outstanding -= 1
            return state.outstanding == 0 ? state.fates : nil
        }
    }
}
