import Basics
import TestSupport
import Testing

@testable import CallControl

struct AuditStoreTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func entry(_ action: String, after seconds: Int = 0) -> AuditEntry {
        AuditEntry(
            at: start.adding(seconds: seconds),
            user: "anna",
            role: "agent",
            address: "192.0.2.1",
            action: action,
            target: "call_1",
            parameters: "",
            requestID: "r"
        )
    }

    private static func begun(_ start: AuditStart) -> Int {
        if case .begun(let id) = start { id } else { -1 }
    }

    @Test
    func `what a crash left open is unknown, and is never done again`() throws {
        let folder = TemporaryDirectory()
        let key = (text: "k", digest: [UInt8(1)])
        do {
            let store = try CallsStore(path: folder.file("calls.db"))
            #expect(Self.begun(try store.begin(Self.entry("hold"), key: key)) == 1)
            #expect(try store.begin(Self.entry("hold", after: 1), key: key) == .atWork)
            #expect(try store.begin(Self.entry("hold", after: 1), key: ("k", [2])) == .mismatch)
        }
        let store = try CallsStore(path: folder.file("calls.db"))
        try store.closeAudit()
        #expect(try store.auditPage().map(\.result) == [.unknown])
        #expect(try store.begin(Self.entry("hold", after: 599), key: key) == .unanswered)
        // After ten minutes the key is free.
        #expect(Self.begun(try store.begin(Self.entry("hold", after: 601), key: key)) == 2)
    }

    @Test
    func `answers are kept but for refusals of the moment`() throws {
        let folder = TemporaryDirectory()
        let store = try CallsStore(path: folder.file("calls.db"))
        let answers: [(status: Int, code: String)] =
            [200, 202].map { ($0, "") } + [404, 409, 422, 502, 504, 401, 403, 429, 503].map { ($0, "CODE") }
            + [(409, "BUSY")]
        for (index, (status, code)) in answers.enumerated() {
            let key = (text: "k\(index)", digest: [UInt8(7)])
            let answer = KeptAnswer(status: status, code: code, body: [123, 125])
            let id = Self.begun(try store.begin(Self.entry("hold"), key: key))
            try store.finish(id, answer, milliseconds: 5)
            let again = try store.begin(Self.entry("hold"), key: key)
            if index < 7 { #expect(again == .again(answer)) } else { #expect(Self.begun(again) > id) }
        }
        let results = try store.auditPage().compactMap { $0.result }
        #expect(Set(results) == [.ok, .refused, .failed, .unknown])
    }

    @Test
    func `old entries are deleted, and open ones stay`() throws {
        let folder = TemporaryDirectory()
        let store = try CallsStore(path: folder.file("calls.db"))
        for seconds in 0..<5 {
            let id = Self.begun(try store.begin(Self.entry("hold", after: seconds), key: nil))
            if seconds > 0 { try store.finish(id, KeptAnswer(status: 200, code: "", body: []), milliseconds: 1) }
        }
        let limit = Self.start.adding(seconds: 3)
        #expect(try store.deleteAudit(before: limit, at: Self.start, limit: 1) == 1)
        #expect(try store.deleteAudit(before: limit, at: Self.start, limit: 9) == 1)
        #expect(try store.auditPage().map(\.id) == [5, 4, 1])
        #expect(try store.auditPage(before: 5, limit: 1).map(\.id) == [4])
        #expect(try store.auditPage(action: "park").isEmpty)
        #expect(try store.auditPage(from: limit).map(\.id) == [5, 4])
    }
}
