import Basics

/// The PBX with state behind the sessions.
extension PBXExchange {
    /// Answers an action that the live exchange knows, and passes on what comes of it; else `nil`.
    ///
    /// Events are published in the order in which they happen. They reach the sessions' mailboxes before the answer is
    /// sent, and their clients after it, as from Asterisk: a list is never older than the events before it.
    func answerLive(_ action: PBXAction, write: PBXEventClass) -> LiveExchange.Reply? {
        let reply = live.withLock { live -> LiveExchange.Reply? in
            guard let reply = live?.answer(action, write: write, at: .now()) else { return nil }
            if let events = live?.takeEvents(), !events.isEmpty { publish(events) }
            return reply
        }
        if reply != nil { progress.signal() }
        return reply
    }

    /// Passes on what happens by itself until the PBX is stopped or `isCancelled`; blocks.
    ///
    /// - Returns: the number of events.
    func playLive(until isCancelled: () -> Bool) -> Int {
        var count = 0
        while phase != .stopped, !isCancelled() {
            var pause: Duration?
            if phase == .up {
                pause = live.withLock { live in
                    let now = Timestamp.now()
                    guard let events = live?.advance(to: now) else { return nil }
                    count += events.count
                    if !events.isEmpty { publish(events) }
                    guard let next = live?.nextDue else { return nil }
                    return .microseconds(max(next.microseconds - now.microseconds, 0))
                }
            }
            _ = Poll.wait(for: .read, on: progress.descriptor, timeout: pause)
            progress.drain()
        }
        return count
    }
}
