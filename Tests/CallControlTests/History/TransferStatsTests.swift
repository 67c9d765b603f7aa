import Basics
import TestSupport
import Testing

@testable import CallControl

/// Sums of transfers that have ended.
struct TransferStatsTests {
    /// 2027-01-15, 08:00 UTC.
    private static let begin = 1_800_000_000

    private static func record(
        _ number: Int,
        _ type: TransferType,
        _ end: TransferState?,
        after seconds: Int = 0,
        lasting length: Int = 10
    ) -> TransferRecord {
        let plan = Transfer.Plan(
            id: "transfer_\(number)",
            type: type,
            callID: "call_\(number)",
            from: "1001",
            target: "1002",
            context: "from-internal",
            by: "anna"
        )
        let at = Timestamp(seconds: begin + seconds)
        var transfer = Transfer(plan, at: at)
        if let end { transfer.enter(end, at.adding(seconds: length)) }
        var record = TransferRecord(transfer: transfer, customer: "1.1", agent: "1.2", target: "")
        record.revision = 1
        return record
    }

    private static func fill(_ path: String) throws {
        let store = try CallsStore(path: path)
        for record in [
            record(1, .blind, .completed), record(2, .blind, .returned, after: 1000, lasting: 30),
            record(3, .blind, .failed, after: 2000), record(4, .managed, .cancelled, after: 2000),
            record(5, .managed, .rolledBack, after: 2000), record(6, .queue, .abandoned, after: 3600),
            record(7, .blind, .completed, after: 3600), record(8, .blind, nil, after: 3600),
            // The clock went back meanwhile.
            record(9, .queue, .completed, after: 90_000, lasting: -50),
        ] { try store.put(record) }
    }

    @Test func `transfers that have ended are counted by hour, type and what became of them`() throws {
        let directory = TemporaryDirectory()
        try Self.fill(directory.file("calls.db"))
        let store = try CallsStore(path: directory.file("calls.db"))
        let days = HistoryDays(zone: nil)
        let hours = days.joined(try store.transferQuarters(from: nil, to: nil), by: .hour)
        #expect(hours.map(\.from) == [0, 0, 3600, 3600, 90_000].map { Self.begin + $0 })
        #expect(hours.map(\.type) == [.blind, .managed, .blind, .queue, .queue])
        let first = try #require(hours.first?.sums)
        #expect(first == TransferRows.Sums(total: 3, completed: 1, returned: 1, seconds: 50) && first.failed == 1)
        #expect(hours[1].sums == TransferRows.Sums(total: 2, completed: 0, returned: 2, seconds: 20))
        #expect(hours[3].sums.failed == 1 && hours[4].sums.seconds == 0)
        let day = days.joined(try store.transferQuarters(from: nil, to: nil), by: .day)
        #expect(day.map(\.sums.total) == [4, 2, 1, 1])
        let later = Timestamp(seconds: Self.begin + 3600)
        #expect(try store.transferQuarters(from: later, to: nil).map(\.sums.total) == [1, 1, 1])
        #expect(try store.transferQuarters(from: nil, to: later).map(\.sums.total).reduce(0, +) == 5)
    }

    @Test func `managers get the sums, agents do not`() async throws {
        let service = try CallsTesting()
        try Self.fill(service.configuration.database)
        try await service.run { port in
            let (agent, manager) = (try await port.login("anna"), try await port.login("mara"))
            let path = "/api/admin/transfer-stats"
            let answer = try await port.get("\(path)?by=hour&to=\(Self.begin + 3600)000", manager)
            #expect(
                answer.text == """
                    {"success":true,"rows":[{"from":\(Self.begin)000,"type":"blind","total":3,"completed":1,\
                    "returned":1,"failed":1,"averageSeconds":16},{"from":\(Self.begin)000,"type":"managed","total":2,\
                    "completed":0,"returned":2,"failed":0,"averageSeconds":10}]}
                    """
            )
            #expect(try await port.get(path, manager).json?["rows"]?.elements?.count == 4)
            #expect(try await port.get(path, agent).outcome == "403 FORBIDDEN")
            #expect(try await port.get("\(path)?by=week", manager).outcome == "400 INVALID_REQUEST")
            #expect(try await port.get("\(path)?from=x", manager).outcome == "400 INVALID_REQUEST")
        }
    }
}
