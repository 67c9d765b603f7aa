import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// A service that stops in the middle of a transfer, and the next one on the same database.
struct TransferRestartTests {
    /// What the next service finds.
    private final class Note: Sendable {
        private let text = Lock("")
        var id: String {
            get { text.withLock { $0 } }
            set { text.withLock { $0 = newValue } }
        }
    }

    @Test func `a consultation survives the service and is completed by the next one`() async throws {
        let testing = try await TransferTesting()
        let note = Note()
        try await testing.play {
            try await testing.serve { client in
                note.id = try await client.transfer(try await client.talk(), "managed", "1002")
                try await client.reaches(.consulting, note.id)
            }
            try await testing.serve { client in
                try await client.reaches(.consulting, note.id)
                try await eventually("the transfer to be taken up") {
                    try await client.transfers(.post, "/complete", #"{"transferId":"\#(note.id)"}"#).status == 200
                }
                try await client.reaches(.completed, note.id)
                try await client.talks(.customer, .target, note.id)
            }
        }
    }

    @Test func `who hangs up while no service runs is noticed by the next one`() async throws {
        let testing = try await TransferTesting()
        let note = Note()
        try await testing.play {
            try await testing.serve { client in
                note.id = try await client.transfer(try await client.talk(), "managed", "1002")
                try await client.reaches(.consulting, note.id)
            }
            try await testing.isFree()
            // Says so by its record: as after a crash between the write and the action.
            try Self.change(testing.configuration.database, note.id) { record in
                record.transfer.enter(.rollingBack, .now(), why: "busy")
            }
            try await testing.serve { client in
                try await client.reaches(.rolledBack, note.id)
                try await client.talks(.customer, .agent, note.id)
            }
            try await testing.isFree()
            try Self.change(testing.configuration.database, note.id) { record in
                record.transfer.enter(.completing, .now())
            }
            try await testing.serve { client in
                try await client.reaches(.rolledBack, note.id)
                try await client.talks(.customer, .agent, note.id)
            }
        }
    }

    private static func change(_ path: String, _ id: String, _ body: (inout TransferRecord) -> Void) throws {
        let store = try CallsStore(path: path)
        var record = try #require(try store.transfer(id))
        body(&record)
        record.revision += 1
        try store.put(record)
    }

    @Test func `a record is the same after it was stored, and an old one replaces no new one`() throws {
        var transfer = Transfer(
            .init(
                id: "transfer_1",
                type: .managed,
                callID: "call_1",
                from: "1001",
                target: "1002",
                context: "x",
                by: "a"
            ),
            at: Timestamp(seconds: 1_800_000_000)
        )
        _ = transfer.handle(.valid, at: Timestamp(seconds: 1_800_000_001))
        _ = transfer.handle(.refused("no \"way\""), at: Timestamp(seconds: 1_800_000_002))
        _ = transfer.handle(.left(.agent, .hungUp), at: Timestamp(seconds: 1_800_000_003))
        var record = TransferRecord(transfer: transfer, customer: "1.1", agent: "1.2", target: "ac-1")
        record.revision = 3
        var read = try #require(TransferRecord(stored: record.stored))
        read.transfer.version = record.transfer.version
        #expect(read == record)
        let directory = TemporaryDirectory()
        let store = try CallsStore(path: directory.file("calls.db"))
        try store.put(record)
        record.revision = 2
        record.step = "look"
        try store.put(record)
        #expect(try store.transfer("transfer_1")?.step == "")
        #expect(try store.openTransfers().isEmpty)
        #expect(try store.deleteTransfers(endedBefore: Timestamp(seconds: 1_900_000_000), limit: 10) == 1)
        for text in ["", "{}", #"{"transferId":"t","type":"blind"}"#] {
            #expect(TransferRecord(stored: Array(text.utf8)) == nil)
        }
    }
}
