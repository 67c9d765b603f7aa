import Basics
import Voicemail

/// The right to have a message transcribed: at most so many processes have it at once.
///
/// A lock file for each; the system takes the lock back when the process ends, however that happens.
final class TranscriptionSlot: Sendable {
    private let lock: FileDescriptor

    private init(_ lock: consuming FileDescriptor) { self.lock = lock }

    /// The time between two looks.
    private static let pause = Duration.milliseconds(50)

    /// Waits for one of `count` slots in the folder of the queue; `nil` when `deadline` is over.
    static func take(
        in queue: MailQueue,
        of count: Int,
        until deadline: ContinuousClock.Instant
    ) async -> TranscriptionSlot? {
        while true {
            for number in 1...max(1, count) {
                if let lock = queue.lock("slot-\(number)") { return TranscriptionSlot(lock) }
            }
            guard .now + pause < deadline else { return nil }
            try? await Task.sleep(for: pause)
        }
    }
}
