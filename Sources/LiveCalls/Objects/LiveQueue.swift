/// One queue: who waits, and who works in it.
package struct LiveQueue: Sendable {
    package struct Member: Sendable, Equatable {
        package internal(set) var interface: [UInt8] = []
        /// `static`, `dynamic` or `realtime`.
        package internal(set) var membership: [UInt8] = []
        package internal(set) var penalty = 0
        package internal(set) var isPaused = false
        package internal(set) var pauseReason: [UInt8] = []
        package internal(set) var callsTaken = 0
        /// Seconds since 1970; 0 for never.
        package internal(set) var lastCall = 0
        package internal(set) var isInCall = false
        package internal(set) var wrapupSeconds = 0
        package internal(set) var wrapupUntil: LiveTime?
        /// The slot of the agent; -1 where the interface belongs to no extension.
        var agent = -1
        var born: UInt64 = 0
    }

    package internal(set) var name: [UInt8] = []
    package internal(set) var strategy: [UInt8] = []
    package internal(set) var holdTime = 0
    package internal(set) var talkTime = 0
    package internal(set) var completed = 0
    package internal(set) var abandoned = 0
    /// Seconds.
    package internal(set) var serviceLevel = 0
    package internal(set) var serviceLevelPercent = 0.0
    package internal(set) var version = 0

    /// The slots of the channels that wait, first in line first.
    var waiting: [Int] = []
    var members: [LiveKey: Member] = [:]
    /// The extensions of its members, sorted.
    package internal(set) var extensions: [[UInt8]] = []
    var born: UInt64 = 0
    /// Its place among the queues that the present event changed; -1 for none.
    var touched = -1

    package var memberCount: Int { members.count }
    package var waitingCount: Int { waiting.count }
}
