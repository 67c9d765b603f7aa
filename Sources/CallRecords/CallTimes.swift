import AMI
import Basics

/// When a call began, was answered and ended.
struct CallTimes: Equatable {
    var start: Timestamp?
    var answer: Timestamp?
    var end: Timestamp?

    /// The times of a Cdr event: the mapped epochs where there are any, else its local times.
    init(_ message: Message, clock: inout PBXClock) {
        start = message[.startEpoch].flatMap { Timestamp(epoch: $0) }
        answer = message[.answerEpoch].flatMap { Timestamp(epoch: $0) }
        end = message[.endEpoch].flatMap { Timestamp(epoch: $0) }
        let isComplete = start != nil && end != nil && (answer != nil || message[.answerEpoch] != nil)
        guard !isComplete else { return }

        let startLocal = Self.local(message, .startTime)
        let endLocal = Self.local(message, .endTime)
        guard let anchor = startLocal ?? endLocal else { return }
        let offset =
            start.flatMap { clock.offset(atLocal: anchor, same: $0) }
            ?? clock.offset(
                atLocal: anchor,
                channelMade: message[.uniqueID].flatMap { PBXClock.epoch(inUniqueID: $0) }
            )
        if start == nil { start = startLocal.map { Timestamp(seconds: $0 - offset) } }

        guard let endLocal else { return }
        let endOffset = PBXClock.offset(
            atLocal: endLocal,
            knowing: offset,
            atLocal: anchor,
            secondsBetween: message[.duration]?.integer
        )
        if end == nil { end = Timestamp(seconds: endLocal - endOffset) }

        guard answer == nil, let answerLocal = Self.local(message, .answerTime) else { return }
        let answerOffset = PBXClock.offset(
            atLocal: answerLocal,
            knowing: endOffset,
            atLocal: endLocal,
            secondsBetween: message[.billableSeconds]?.integer.map { -$0 }
        )
        answer = Timestamp(seconds: answerLocal - answerOffset)
    }

    private static func local(_ message: Message, _ name: HeaderName) -> Int? {
        message[name].flatMap { CivilTime(asterisk: $0)?.secondsSinceEpoch }
    }
}
