import Basics
import HTTP

extension HistoryRoutes {
    /// Sums of the transfers that have ended, by type and hour or day.
    var transferStats: Route {
        Route(.get, "/api/admin/transfer-stats", access: .authenticated) { request in
            try allow(.manager, request)
            let step = try Self.step(request)
            let (from, to) = (try Self.time("from", request), try Self.time("to", request))
            let rows = days.joined(try await read { store in try store.transferQuarters(from: from, to: to) }, by: step)
            try Self.check(rows.count)
            return Self.answer(rows)
        }
    }

    private static func answer(_ rows: [TransferDay]) -> ServerResponse {
        CallsAnswers.success { json in
            json.key("rows")
            json.beginArray()
            for row in rows {
                json.beginObject()
                json.required("from", row.from * 1000)
                json.required("type", row.type.rawValue)
                json.required("total", row.sums.total)
                json.required("completed", row.sums.completed)
                json.required("returned", row.sums.returned)
                json.required("failed", row.sums.failed)
                json.required("averageSeconds", row.sums.total > 0 ? row.sums.seconds / row.sums.total : 0)
                json.endObject()
            }
            json.endArray()
        }
    }
}

/// The transfers of a type that began in an hour or on a day.
struct TransferDay: Equatable {
    /// Seconds since 1970.
    let from: Int
    let type: TransferType
    var sums: TransferRows.Sums
}

extension HistoryDays {
    /// Joins sums of quarters of an hour, in order, to those of hours or days, by the begin of each and by type.
    func joined(_ quarters: [TransferRows.Quarter], by step: Step) -> [TransferDay] {
        var rows: [TransferDay] = []
        for quarter in quarters {
            let (seconds, overflow) = quarter.number.multipliedReportingOverflow(by: 900)
            guard !overflow else { continue }
            let from = begin(of: step, at: seconds)
            // The present hour or day has a row for each type at most, and they are the last ones.
            let present = rows.indices.suffix(TransferType.allCases.count)
            if let index = present.first(where: { rows[$0].from == from && rows[$0].type == quarter.type }) {
                rows[index].sums = rows[index].sums + quarter.sums
            } else {
                rows.append(TransferDay(from: from, type: quarter.type, sums: quarter.sums))
            }
        }
        return rows
    }
}
