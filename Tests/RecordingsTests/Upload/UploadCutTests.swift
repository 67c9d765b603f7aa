import Basics
import Delivery
import HTTP
import Recordings
import Simulation
import Spool
import TestSupport
import Testing

/// Uploads that are cut off at every part of the request and of the answer.
struct UploadCutTests {
    private let site: UploadSite
    private let audio = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }

    init() async throws { site = try await UploadSite() }

    /// Uploads a file of its own for each cut: the first attempt goes to a server that serves as `cut` says, all later
    /// ones to the API.
    private func upload(cuts: [Int], _ cut: @escaping @Sendable (RawConnection, Int) throws -> Void) async throws {
        for (index, place) in cuts.enumerated() {
            try site.write("\(index).gsm", audio)
            await site.scan()
            let server = try RawServer { connection in try cut(connection, place) }
            let access = APIAccess(client: site.http, baseURL: server.url, key: Secret("sk_test"), hostname: "pbx")
            let receiver = FirstElsewhere(RecordingsAPI(access, stallTimeout: .seconds(60)), then: site.receiver)
            try await site.upload(site.configuration(), to: receiver)
            server.stop()
            #expect(site.api.recordings.count == index + 1, "cut at \(place)")
            #expect(!site.exists("\(index).gsm"), "cut at \(place)")
        }
        let digest = ASCII.hexadecimal(Digest.sha256(audio))[...].text
        #expect(site.api.recordings.allSatisfy { $0.sha256 == digest && $0.size == audio.count })
        #expect(Set(site.api.recordings.compactMap { $0.fields["recording_id"] }).count == cuts.count)
        #expect(site.spool.figures.recordings == RecordingCounts(found: cuts.count, uploaded: cuts.count))
        await site.stop()
    }

    @Test func `a request that is cut at any byte goes again as a whole`() async throws {
        // Head and text fields in small steps, then the audio.
        let cuts = Array(stride(from: 0, to: 2500, by: 125)) + Array(stride(from: 2500, to: 21_000, by: 1000))
        try await upload(cuts: cuts) { connection, place in
            try connection.drain(place)
            connection.reset()
        }
    }

    @Test func `an answer that is cut at any byte is none, and the same recording goes again`() async throws {
        let answer =
            "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"success\":true"
        try await upload(cuts: Array(stride(from: 0, through: answer.utf8.count, by: 4))) { connection, place in
            try connection.drainRequest()
            try connection.write(String(answer.prefix(place)))
        }
    }

    @Test(arguments: [404, 410, 409, 500, 502, 503])
    func `a receiver that forgot an upload gets all of it again`(status: Int) async throws {
        try await upload(cuts: [0]) { connection, _ in
            try connection.drainRequest()
            try connection.write("HTTP/1.1 \(status) Gone\r\nContent-Length: 0\r\n\r\n")
        }
    }
}

/// Gives the first upload to one receiver, all others to another.
private final class FirstElsewhere: RecordingsReceiver {
    private let first: any RecordingsReceiver
    private let others: any RecordingsReceiver
    private let isUsed = Lock(false)

    init(_ first: any RecordingsReceiver, then others: any RecordingsReceiver) {
        self.first = first
        self.others = others
    }

    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome {
        let isFirst = isUsed.withLock { isUsed in
            defer { isUsed = true }
            return !isUsed
        }
        return await (isFirst ? first : others).send(form, idempotencyKey: idempotencyKey)
    }
}
