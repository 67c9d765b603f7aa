import Basics
import Recordings
import Spool
import SpoolTestSupport
import TestSupport
import Testing

@testable import Delivery

/// What the admin API says of recordings, and does about them.
struct RecordingAdminTests {
    private let directory = TemporaryDirectory()

    private func open() throws -> RecordSpool { try RecordSpool(SpoolConfiguration(directory: directory.path)) }

    private func stamp(_ number: Int) -> FileStamp {
        FileStamp(device: 1, inode: number, size: number * 10_000, modified: 5)
    }

    /// Recordings in these states, numbered from 1.
    private func fill(_ spool: RecordSpool, _ states: [RecordingState]) async throws {
        for (index, state) in states.enumerated() {
            try await RecordingHistory.add(Array("/m/\(index + 1).wav".utf8), stamp(index + 1), state, to: spool)
        }
    }

    private func json(_ admin: AdminAPI, _ request: AdminRequest) async throws -> JSONValue {
        try JSONParser.parse(try await admin.answer(request)[...])
    }

    private func ids(_ value: JSONValue) -> [Int?] {
        value["recordings"]?.elements?.map { $0["id"]?.integer } ?? []
    }

    @Test func `recordings of a state come in pages, with all that is known of them`() async throws {
        let spool = try open()
        try await fill(spool, Array(repeating: .waiting, count: 130) + [.parked, .done, .seen])
        let admin = AdminAPI(spool)
        #expect(ids(try await json(admin, .recordings(.waiting, after: 0, limit: 500))) == Array(1...100))
        #expect(ids(try await json(admin, .recordings(.waiting, after: 100, limit: 500))) == Array(101...130))
        #expect(ids(try await json(admin, .recordings(.done, after: 0, limit: 9))) == [132])
        #expect(ids(try await json(admin, .recordings(.seen, after: 0, limit: 9))) == [133])
        let parked = try await admin.answer(.recordings(.parked, after: 0, limit: 9))
        let since = RecordingHistory.start.adding(seconds: 3000)
        #expect(
            parked[...].text == """
                {"recordings":[{"id":131,"state":"parked","since":"\(since)","attempts":10,"size":1310000,\
                "reason":"HTTP 413: the file is too large","path":"/m/131.wav"}]}
                """
        )
    }

    @Test func `the counts have each state and what became of all`() async throws {
        let spool = try open()
        try await fill(spool, [.waiting, .waiting, .parked, .done, .seen])
        #expect(
            try await AdminAPI(spool).answer(.recordingTotals)[...].text == """
                {"states":{"seen":1,"waiting":2,"done":1,"parked":1},"books":{"found":4,"uploaded":1,"known":0,\
                "vanished":0,"waiting":2,"parked":1,"lost":0},"balanced":true}
                """
        )
    }

    @Test func `a path of any bytes comes back as it was`() async throws {
        let spool = try open()
        let paths: [[UInt8]] = [
            Array("/m/\"quoted\"\n\u{1b}é.wav".utf8), Array("/m/".utf8) + [0xff, 0x80, 0x2e, 0x77], [0x2f, 0xc3],
        ]
        for (index, path) in paths.enumerated() {
            try await RecordingHistory.add(path, stamp(index + 1), .waiting, to: spool)
        }
        let answer = try await json(AdminAPI(spool), .recordings(.waiting, after: 0, limit: 9))
        let recordings = try #require(answer["recordings"]?.elements)
        #expect(recordings.map(\.path) == paths)
        #expect(recordings.map { $0["path_hex"]?.string } == [nil, "2f6d2fff802e77", "2fc3"])
    }

    @Test func `the states of files are found by their stamps`() async throws {
        let spool = try open()
        try await fill(spool, [.waiting, .parked, .done, .seen])
        let changed = FileStamp(device: 1, inode: 2, size: 20_001, modified: 5)
        let answer = try await json(
            AdminAPI(spool),
            .knownRecordings([stamp(3), stamp(99), changed, stamp(1), stamp(4)])
        )
        #expect(ids(answer) == [3, nil, nil, 1, 4])
        let states = answer["recordings"]?.elements?.map { $0["state"]?.string }
        #expect(states == ["done", nil, nil, "waiting", "seen"])
        #expect(answer["recordings"]?.elements?[1] == .null)
    }

    @Test func `retry lets parked ones wait, wakes the uploader only, and answers for each`() async throws {
        let spool = try open()
        try await fill(spool, [.waiting, .parked, .done, .parked, .seen])
        let (told, shipper) = (Counter(), Counter())
        let admin = AdminAPI(spool) {
            shipper.add()
        } didRetryRecordings: {
            told.add()
        }
        let answer = try await admin.answer(.retryRecordings([2, 1, 99, 3, 5]))
        #expect(
            answer[...].text == """
                {"recordings":[{"id":2,"retried":true,"state":"waiting"},{"id":1,"retried":false,"state":"waiting"},\
                {"id":99,"retried":false,"state":null},{"id":3,"retried":false,"state":"done"},\
                {"id":5,"retried":false,"state":"seen"}]}
                """
        )
        #expect(told.value == 1 && shipper.value == 0)
        let waiting = try await spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 9) }
        #expect(waiting.map(\.id) == [1, 2] && waiting.map(\.attempts) == [0, 0])
        #expect(spool.figures.recordings == RecordingCounts(found: 4, uploaded: 1, waiting: 2, parked: 1))
        _ = try await admin.answer(.retry([7]))
        #expect(told.value == 1 && shipper.value == 1)
    }

    @Test func `a list has what was given up first, and the totals of all`() async throws {
        let spool = try open()
        try await fill(spool, [.waiting, .parked, .done, .waiting, .parked])
        await spool.close()
        let admin = try await AdminAccess(
            SpoolConfiguration(directory: directory.path),
            log: Logger("test", sink: LogSink { _ in })
        )
        for (limit, expected) in [(Int.max, [2, 5, 1, 4]), (3, [2, 5, 1]), (1, [2])] {
            let list = try await AdminList.recordings([.parked, .waiting], of: admin, limit: limit)
            #expect(list.ids == expected && list.total == 4)
        }
        let list = try await AdminList.recordings([.done], of: admin)
        #expect(list.ids == [3] && list.total == 1)
        #expect(list.json.members?.map(\.name) == ["recordings", "total", "states", "books", "balanced"])
        await admin.close()
    }

    @Test func `people see path and reason, whatever is in them`() async throws {
        let spool = try open()
        let reason = "HTTP 413: \u{1b}[31m" + String(repeating: "the file is far too large for the API, ", count: 3)
        let long = "/var/spool/asterisk/monitor/2026/11/21/out-15145550199-201-20261121-013205-1795224725.12.wav"
        try await RecordingHistory.add(Array(long.utf8), stamp(524), .parked, to: spool, reason: reason)
        try await RecordingHistory.add(Array("/m/a\n\"b\".wav".utf8) + [0xff], stamp(2), .waiting, to: spool)
        try await RecordingHistory.add(Array("/m/c.gsm".utf8), stamp(3), .done, to: spool)
        await spool.close()
        let admin = try await AdminAccess(
            SpoolConfiguration(directory: directory.path),
            log: Logger("test", sink: LogSink { _ in })
        )
        func text(_ states: [RecordingState], limit: Int = .max) async throws -> [UInt8] {
            let list = try await AdminList.recordings(states, of: admin, limit: limit)
            return Array(RecordingsText.list(list, states).utf8)
        }
        try expectGolden(try await text([.parked, .waiting]), "operator/recordings.txt")
        try expectGolden(try await text([.parked, .waiting], limit: 1), "operator/recordings-first.txt")
        try expectGolden(try await text([.seen]), "operator/recordings-none.txt")
        await admin.close()
    }
}
