import Basics

/// Hours and days of the PBX's time zone.
struct HistoryDays: Sendable {
    /// PBX_TZ; `nil` for UTC.
    let zone: TimeZoneRules?

    enum Step: String, Sendable, CaseIterable {
        case hour, day

        /// Seconds by the clock on the wall.
        fileprivate var length: Int { self == .hour ? 3600 : 86_400 }
    }

    /// When the hour or day of an instant began, in seconds since 1970.
    ///
    /// In the hour that a time zone has twice, the second one begins anew.
    func begin(of step: Step, at seconds: Int) -> Int {
        let offset = zone?.offset(at: seconds) ?? 0
        let local = seconds + offset
        let begin = local - (local % step.length + step.length) % step.length
        // The offset at the begin of the day may be another one.
        return step == .hour ? begin - offset : begin - (zone?.offset(atLocal: begin) ?? 0)
    }

    /// When the present day began.
    func today(at now: Timestamp) -> Timestamp { Timestamp(seconds: begin(of: .day, at: now.seconds)) }

    /// Joins sums of quarters of an hour to those of hours or days.
    ///
    /// - Returns: by the begin of each, in seconds since 1970, in order; those without calls are left out.
    func joined(
        _ quarters: [(quarter: Int, sums: HistoryRows.Sums)],
        by step: Step
    ) -> [(from: Int, sums: HistoryRows.Sums)] {
        var rows: [(from: Int, sums: HistoryRows.Sums)] = []
        for (quarter, sums) in quarters {
            let (seconds, overflow) = quarter.multipliedReportingOverflow(by: 900)
            guard !overflow else { continue }
            let from = begin(of: step, at: seconds)
            if let last = rows.last, last.from == from {
                rows[rows.count - 1].sums = last.sums + sums
            } else {
                rows.append((from, sums))
            }
        }
        return rows
    }
}
