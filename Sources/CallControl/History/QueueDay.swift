import Basics

/// What came of the visits to a queue in a day.
struct QueueDay: Sendable, Equatable {
    private(set) var answered = 0
    private(set) var abandoned = 0
    private(set) var exited = 0
    /// Callers that wait now; they may have come the day before.
    let waiting: Int
    private var (wait, talk, inLevel) = (0, 0, 0)

    init(_ visits: [HistoryRows.VisitSums], waiting: Int) {
        self.waiting = waiting
        for visit in visits {
            switch visit.outcome {
            case .answered:
                answered += visit.count
                wait += visit.wait
                talk += visit.talk
                inLevel += visit.inLevel
            case .abandoned: abandoned += visit.count
            case .exited: exited += visit.count
            }
        }
    }

    var offered: Int { answered + abandoned + exited + waiting }

    /// Of the callers that were answered or gave up, those answered in time; 0 without any.
    var levelPercent: Double {
        answered + abandoned > 0 ? (Double(inLevel) * 1000 / Double(answered + abandoned)).rounded() / 10 : 0
    }

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.required("offered", offered)
        json.required("answered", answered)
        json.required("abandoned", abandoned)
        json.required("exited", exited)
        json.required("averageWait", answered > 0 ? wait / answered : 0)
        json.required("averageTalk", answered > 0 ? talk / answered : 0)
        json.key("serviceLevelPercent")
        json.number(levelPercent)
        json.endObject()
    }
}
