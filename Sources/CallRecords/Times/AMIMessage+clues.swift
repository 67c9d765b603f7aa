import AMI
import Basics

/// Information about times in events.
extension AMIMessage {
    /// The second in the UniqueID; `nil` for a UniqueID that Asterisk did not generate.
    var channelBegin: Int? { self[.uniqueID].flatMap { PBXClock.epoch(inUniqueID: $0) } }

    var cdrClues: CDRClues {
        var clues = CDRClues()
        clues.start = local(.startTime)
        clues.answer = local(.answerTime)
        clues.end = local(.endTime)
        clues.startEpoch = epoch(.startEpoch)
        clues.answerEpoch = epoch(.answerEpoch)
        clues.endEpoch = epoch(.endEpoch)
        clues.tellsAnswer = self[.answerEpoch] != nil
        clues.duration = seconds(.duration)
        clues.billableSeconds = seconds(.billableSeconds)
        clues.begin = channelBegin
        clues.written = epoch(.timestamp)
        return clues
    }

    /// `nil` when the event has no local time.
    ///
    /// It has whole seconds (cel_manager.c ignores `dateformat`). The header Timestamp gives the offset of the zone,
    /// not the time.
    var celClues: CELClues? {
        guard let local = local(.eventTime) else { return nil }
        var clues = CELClues(local: local)
        clues.begin = channelBegin
        clues.written = epoch(.timestamp)
        clues.isChannelStart = self[.eventName]?.equals("CHAN_START") == true
        return clues
    }

    private func local(_ name: HeaderName) -> Int? {
        self[name].flatMap { CivilTime(asterisk: $0)?.secondsSinceEpoch }
    }

    private func epoch(_ name: HeaderName) -> Timestamp? { self[name].flatMap { Timestamp(epoch: $0) } }

    /// A duration in seconds; `nil` when it is impossible for a call.
    private func seconds(_ name: HeaderName) -> Int? {
        self[name]?.integer.flatMap { (0...1 << 32).contains($0) ? $0 : nil }
    }
}
