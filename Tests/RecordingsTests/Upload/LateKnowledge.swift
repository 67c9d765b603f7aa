import Basics
import Recordings

/// Knows a call, but not before it was asked so often.
final class LateKnowledge: CallKnowledge {
    private let known: KnownCall
    private let needed: Int
    private let asked = Lock(0)

    init(_ known: KnownCall, after needed: Int) {
        self.known = known
        self.needed = needed
    }

    var questions: Int { asked.withLock { $0 } }

    func call(recordedIn path: [UInt8]) async -> KnownCall? { nil }

    func call(_ id: [UInt8]) async -> KnownCall? {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        return count >= needed && id == known.uniqueID ? known : nil
    }
}
