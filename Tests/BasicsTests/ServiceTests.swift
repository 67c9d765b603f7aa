import Basics
import Testing

struct ServiceTests {
    private final class Journal: Sendable {
        private let entries = Lock<[String]>([])
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    private struct Sleeper: Service {
        let name: String
        let journal: Journal
        func run() async throws {
            defer { journal.note(name) }
            try await Task.sleep(for: .seconds(3600))
        }
    }

    private struct Failing: Service {
        struct Failure: Error {}
        let name = "failing"
        func run() async throws { throw Failure() }
    }

    private struct Returning: Service {
        let name = "returning"
        func run() async throws {}
    }

    @Test func `services stop in reverse order`() async throws {
        let journal = Journal()
        let services = ["a", "b", "c"].map { Sleeper(name: $0, journal: journal) }
        try await run(services as [any Service]) {}
        #expect(journal.all == ["c", "b", "a"])
    }

    @Test func `one that fails stops all and its error comes out`() async {
        let journal = Journal()
        let services: [any Service] = [Sleeper(name: "a", journal: journal), Failing()]
        await #expect(throws: Failing.Failure.self) {
            try await run(services) { try await Task.sleep(for: .seconds(3600)) }
        }
        #expect(journal.all == ["a"])
    }

    @Test func `one that returns by itself is a failure`() async {
        await #expect(throws: ServiceStopped.self) {
            try await run([Returning()] as [any Service]) { try await Task.sleep(for: .seconds(3600)) }
        }
    }

    @Test func `delays grow with full jitter up to the cap`() {
        var generator = SplitMix64()
        var backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        for attempt in 0..<1000 {
            let delay = backoff.next(using: &generator)
            #expect(delay >= .zero && delay <= min(.seconds(300), .seconds(1) * (1 << min(attempt, 20))))
        }
        backoff.reset()
        #expect(backoff.next(using: &generator) <= .seconds(1))
    }

    @Test func `MD5 and SHA-256 are the standard ones`() {
        func hexadecimal(_ bytes: [UInt8]) -> String { String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self) }
        #expect(hexadecimal(Digest.md5(Array("abc".utf8))) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(
            hexadecimal(Digest.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }
}
