package import Basics

/// The events of several simultaneous calls, mixed as on a busy PBX; the events of each call stay in order.
package struct CallStream: Sendable {
    private var scenario: CallScenario
    private var random: SplitMix64
    private let concurrency: Int
    private var run = 0
    private var running: [(frames: FrameSequence, next: Int)] = []

    /// - Parameter concurrency: the number of simultaneous calls, at least 1.
    package init(scenario: CallScenario, seed: UInt64, concurrency: Int = 8) {
        self.scenario = scenario
        self.concurrency = max(1, concurrency)
        random = SplitMix64(seed: ~seed)
    }

    /// Appends the next event to `batch`; returns `false` when no call is active and none may begin.
    ///
    /// - Parameter mayBegin: how many calls may still begin; decreased by each that begins.
    package mutating func next(into batch: inout FrameSequence, calls mayBegin: inout Int, now: Timestamp) -> Bool {
        while running.count < concurrency, mayBegin > 0 {
            mayBegin -= 1
            running.append((scenario.nextCall(endingAt: now).frames, 0))
        }
        guard !running.isEmpty else { return false }
        let index = random.pick(0...running.count - 1)
        batch.append(running[index].next, of: running[index].frames)
        running[index].next += 1
        if running[index].next == running[index].frames.count { running.swapAt(index, running.count - 1) }
        if let last = running.last, last.next == last.frames.count { running.removeLast() }
        return true
    }

    /// Simulates a crash and restart when `run` has changed: active calls are lost, and the counters start at 0 again.
    package mutating func beginRun(_ run: Int) {
        guard run != self.run else { return }
        self.run = run
        running.removeAll()
        scenario.restart()
    }
}
