import Basics

/// A queue of a live exchange.
struct ExchangeQueue: Sendable {
    let name: String
    var members: [ExchangeMember] = []
    /// Serials of the callers, in line.
    var waiting: [Int] = []
    /// The member whose turn is next.
    var next = 0
    var completed = 0
    var abandoned = 0
    var holdSeconds = 0
    var talkSeconds = 0
    var answeredInTime = 0

    /// The seconds in which an answer is in time.
    static let serviceLevel = 20

    var holdTime: Int { completed > 0 ? holdSeconds / completed : 0 }
    var talkTime: Int { completed > 0 ? talkSeconds / completed : 0 }

    /// A percentage with one digit after the dot.
    func percent(of total: Int) -> String {
        let tenths = total > 0 ? answeredInTime * 1000 / total : 0
        return "\(tenths / 10).\(tenths % 10)"
    }

    func index(of interface: String) -> Int? { members.firstIndex { $0.interface == interface } }
}

/// A member of a queue.
struct ExchangeMember: Sendable, Equatable {
    let interface: String
    let name: String
    let isDynamic: Bool
    var penalty = 0
    var callsTaken = 0
    var lastCall = 0
    var lastPause = 0
    var loginTime = 0
    var isInCall = false
    var isPaused = false
    var pauseReason = ""

    /// Appends the headers from Membership to PausedReason, which lists and events share.
    func appendState(status: Int, to bytes: inout [UInt8]) {
        bytes.appendHeader("StateInterface", interface)
        bytes.appendHeader("Membership", isDynamic ? "dynamic" : "static")
        bytes.appendHeader("Penalty", penalty)
        bytes.appendHeader("CallsTaken", callsTaken)
        bytes.appendHeader("LastCall", lastCall)
        bytes.appendHeader("LastPause", lastPause)
        bytes.appendHeader("LoginTime", loginTime)
        bytes.appendHeader("InCall", isInCall ? 1 : 0)
        bytes.appendHeader("Status", status)
        bytes.appendHeader("Paused", isPaused ? 1 : 0)
        bytes.appendHeader("PausedReason", pauseReason)
    }
}
