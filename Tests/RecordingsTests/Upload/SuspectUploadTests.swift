import Basics
import Delivery
import Recordings
import Simulation
import Spool
import TestSupport
import Testing

/// A recording is put away only when an answer acknowledges it.
@Suite(.timeLimit(.minutes(2)))
struct SuspectUploadTests {
    private let site: UploadSite

    init() async throws { site = try await UploadSite() }

    /// Answers with which the API has taken the file, or not, and that acknowledge nothing.
    private static let suspects: [Fault] = [
        .answer(200), .answer(200, body: "null"), .answer(202, body: "[]"), .answer(201, body: "ok"),
        .answer(202, body: #"{"queued""#), .answer(200, body: #"{"success":false}"#),
        .answer(202, body: #"{"errors":["no room"]}"#), .answer(202, body: #"{"queued_count":0}"#),
        .answer(202, body: "not gzip", encoding: "gzip"), .answer(203, body: "{}"), .html, .status(207, body: "{}"),
    ]

    @Test(arguments: suspects, [true, false])
    func `the file stays where it is after a suspect answer`(_ fault: Fault, deletes: Bool) async throws {
        try site.write("a.gsm", Array(repeating: 7, count: 3300))
        await site.scan()
        var behaviour = Behaviour()
        behaviour.faults = [fault]
        site.api.setRecordingBehaviour(behaviour)
        try await site.uploading(site.configuration(), deletes: deletes) { _ in
            await site.wait { site.api.recordingStatistics.requests >= 3 }
            #expect(site.exists("a.gsm") && site.spool.figures.recordings.uploaded == 0)
            site.api.setRecordingBehaviour(Behaviour())
            await site.wait { site.spool.figures.recordings.uploaded == 1 }
            await site.wait { !site.exists("a.gsm") }
        }
        #expect(site.exists(".processed/a.gsm") == !deletes)
        await site.stop()
    }

    @Test(arguments: [("", 200), ("null", 200), ("ok", 202), (#"{"queued_count":0}"#, 202)])
    func `with API_ACK=status the status is enough`(body: String, status: Int) async throws {
        try site.write("a.gsm", Array(repeating: 7, count: 3300))
        await site.scan()
        site.api.setRecordingBehaviour(.first(1, .answer(status, body: body)))
        let means = UploadJob.Means(
            spool: site.spool,
            receiver: site.receiver,
            calls: NoCallKnowledge(),
            zone: nil,
            deletes: true,
            acknowledgement: .status
        )
        let uploader = Uploader(site.configuration(), means: means, metrics: site.metrics, log: site.logger)
        let running = Task { try await uploader.run() }
        await site.wait { !site.exists("a.gsm") }
        running.cancel()
        _ = await running.result
        #expect(site.api.recordingStatistics.requests == 1)
        #expect(site.log.contains("queued_count below the number sent, accepted") == body.contains("queued"))
        await site.stop()
    }

    @Test func `after a try without an answer a receiver may count only what is new`() async throws {
        try site.write("a.gsm", Array(repeating: 7, count: 3300))
        await site.scan()
        var behaviour = Behaviour()
        behaviour.sequence = [.answerLost, .answer(202, body: #"{"queued_count":0}"#)]
        site.api.setRecordingBehaviour(behaviour)
        try await site.upload(site.configuration())
        #expect(site.api.recordingStatistics.requests == 2)
        #expect(site.log.contains("an earlier try had no answer"))
        await site.stop()
    }

    @Test func `a restart does not close the circuit breaker`() async throws {
        for number in 0..<30 {
            try site.write("\(number).gsm", Array("\(number) ".utf8) + Array(repeating: 7, count: 330))
        }
        await site.scan()
        var behaviour = Behaviour()
        behaviour.faults = [.status(422)]
        site.api.setRecordingBehaviour(behaviour)
        for run in 0..<4 {
            let requests = site.api.recordingStatistics.requests
            // Without retries each refusal that counts parks a recording at once.
            try await site.uploading(site.configuration { $0.retryWait = .zero }) { _ in
                if run == 0 { await site.wait { site.spool.figures.recordings.parked >= 15 } }
                if run > 0 { await site.wait { site.api.recordingStatistics.requests >= requests + 6 } }
            }
        }
        // A stop between the count and the recording leaves one less.
        #expect((15...20).contains(site.spool.figures.recordings.parked))
        await site.stop()
    }
}
