/// Chooses which of the waiting records go into the next batch: the oldest, but none of a call that is being sent.
struct Choice {
    enum Answer { case take, leave, stop }

    private let count: Int
    private let bytes: Int
    private let busy: Set<Int>
    /// Records of calls with smaller numbers are not for this lane.
    private let firstCall: Int
    private var chosen = 0
    private var chosenBytes = 0

    /// Records from this number on may have been left; earlier ones are taken, or are not for this lane.
    private(set) var firstLeft: Int?
    private var hasLeft = false

    init(count: Int, bytes: Int, busy: Set<Int>, firstCall: Int = .min) {
        self.count = count
        self.bytes = bytes
        self.busy = busy
        self.firstCall = firstCall
    }

    /// Decides about one record; call it in the order of the records.
    mutating func consider(sequence: Int, call: Int, bytes size: Int) -> Answer {
        let isFull = chosen >= count || (chosen > 0 && chosenBytes + size > bytes)
        let isOurs = call >= firstCall
        if isFull || (isOurs && busy.contains(call)) {
            if !hasLeft { firstLeft = sequence }
            hasLeft = true
            return isFull ? .stop : .leave
        }
        if isOurs {
            chosen += 1
            chosenBytes += size
        }
        if !hasLeft { firstLeft = sequence + 1 }
        return isOurs ? .take : .leave
    }
}
