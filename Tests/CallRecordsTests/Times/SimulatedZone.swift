import AMI
import Basics
import CallRecords

/// A PBX in a zone, with or without all that makes its times certain.
struct SimulatedZone {
    struct Options: CustomStringConvertible {
        /// Whether start, answer and end are mapped as epochs.
        var isMapped = false
        /// Whether `timestampevents` is on.
        var isStamped = false
        /// Whether PBX_TZ is set.
        var isNamed = false
        /// By how many seconds the clock of the connector is ahead.
        var skew = 0

        var description: String { "mapped \(isMapped), stamped \(isStamped), named \(isNamed), skew \(skew)" }

        static var all: [Options] {
            (0..<8).map { Options(isMapped: $0 & 1 > 0, isStamped: $0 & 2 > 0, isNamed: $0 & 4 > 0) }
        }
    }

    /// What became of the times.
    struct Result {
        var certain = 0
        var flagged = 0
        /// Right although flagged.
        var flaggedRight = 0
        /// CELs that were read promptly and are flagged all the same.
        var promptFlagged = 0
        /// Wrong and not flagged: there must be none.
        var wrong: [String] = []
        var contradiction: ZoneContradiction?
    }

    let rules: TimeZoneRules

    /// Both changes of the clock in 2026, or two ordinary days where there is none.
    var edges: [Int] {
        let year = 1_767_225_600
        var found: [Int] = []
        for hour in 0..<8760 where rules.offset(at: year + hour * 3600) != rules.offset(at: year + hour * 3600 + 3600) {
            found.append(year + hour * 3600 + 3600)
        }
        return found.isEmpty ? [year + 7_000_000, year + 25_000_000] : found
    }

    func run(_ calls: SimulatedCalls, _ options: Options, naming zone: TimeZoneRules? = nil) -> Result {
        var clock = PBXClock(zone: options.isNamed ? zone ?? rules : nil)
        var result = Result()
        let start = ContinuousClock.now
        let first = calls.events.first?.read ?? 0
        for event in calls.events {
            let receipt = Receipt(
                at: Timestamp(seconds: event.read + options.skew),
                instant: start + .seconds(event.read - first),
                isPrompt: event.isPrompt
            )
            switch event.kind {
            case .newchannel: clock.channelBegan(event.begin, receipt)
            case .cel(let isChannelStart):
                var clues = CELClues(local: local(event.time))
                clues.begin = event.begin
                clues.isChannelStart = isChannelStart
                clues.written = options.isStamped ? written(event) : nil
                let (time, source) = clock.time(of: clues, receipt)
                let isRight = time == Timestamp(seconds: event.time)
                if source != nil, event.isPrompt { result.promptFlagged += 1 }
                note(isRight, source, &result) { "CEL of \(event): \(time)" }
            case .cdr(let answer, let end):
                let times = clock.times(of: clues(event, answer, end, options), receipt)
                let isRight =
                    times.start?.seconds == event.time && times.answer?.seconds == answer && times.end?.seconds == end
                note(isRight, times.source, &result) { "CDR of \(event): \(times)" }
            }
        }
        result.contradiction = clock.contradiction
        return result
    }

    private func note(_ isRight: Bool, _ source: TimeSource?, _ result: inout Result, _ what: () -> String) {
        if source == nil { result.certain += 1 } else { result.flagged += 1 }
        if source != nil, isRight { result.flaggedRight += 1 }
        if source == nil, !isRight, result.wrong.count < 3 { result.wrong.append(what()) }
    }

    private func clues(_ event: SimulatedCalls.Event, _ answer: Int?, _ end: Int, _ options: Options) -> CDRClues {
        var clues = CDRClues()
        clues.start = local(event.time)
        clues.answer = answer.map(local)
        clues.end = local(end)
        clues.duration = end - event.time
        clues.billableSeconds = answer.map { end - $0 } ?? 0
        clues.begin = event.begin
        if options.isMapped {
            clues.startEpoch = fraction(event.time)
            clues.answerEpoch = answer.map(fraction)
            clues.endEpoch = fraction(end)
            clues.tellsAnswer = true
        }
        clues.written = options.isStamped ? written(event) : nil
        return clues
    }

    private func local(_ time: Int) -> Int { time + rules.offset(at: time) }

    private func fraction(_ time: Int) -> Timestamp { Timestamp(microseconds: Int64(time) * 1_000_000 + 250_000) }

    private func written(_ event: SimulatedCalls.Event) -> Timestamp { fraction(event.written) }
}
