import AMI
import Basics
import Daemon
import HTTP
import Reporting
import Spool
import TestSupport
import Testing

@testable import Connector

/// What the parts of the connector show to the watchdog.
struct WatchedPartsTests {
    @Test func `a question is asked again only once it was answered`() throws {
        let probe = Probe()
        var answer: (@Sendable () -> Void)?
        var asked = 0
        for _ in 0..<3 {
            probe.ask { give in
                answer = give
                asked += 1
            }
        }
        #expect(asked == 1 && probe.answers == 0)
        let given = try #require(answer)
        given()
        #expect(probe.answers == 1)
        probe.ask { _ in asked += 1 }
        #expect(asked == 2)
    }

    @Test func `the spool answers on its thread, behind what waits there`() async throws {
        let directory = TemporaryDirectory()
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        let answered = Counter()
        await spool.answer { answered.add() }
        #expect(answered.value == 1)
        try await eventually("it has nothing to do") { !spool.isHeldUp }
    }

    @Test func `ingest is excused while the ring is empty, and each delivery is a turn`() async throws {
        let directory = TemporaryDirectory()
        let ring = EventRing(capacity: 1 << 20)
        let ingest = Ingest(
            Ingest.Configuration(hostname: "pbx", zone: nil),
            deliveries: ring,
            spool: try RecordSpool(SpoolConfiguration(directory: directory.path)),
            metrics: Metrics().reporting,
            log: Logger("ingest", sink: LogSink { _ in })
        ) { _ in }
        try await eventually("an empty ring excuses") { ingest.watched.sign().isExcused }
        var batch = EventBatch(receivedAt: .now())
        batch.append(Array("Event: Hangup\r\nUniqueid: 1.1\r\n".utf8)[...])
        #expect(ring.append(batch) == .accepted)
        try await eventually("a ring that nobody empties does not") { !ingest.watched.sign().isExcused }
        #expect(ingest.watched.sign().turns == 0)
        let running = Task { try await ingest.run() }
        try await eventually("it took the delivery") { ingest.watched.sign().turns == 1 }
        ring.finish()
        running.cancel()
        _ = await running.result
    }
}
