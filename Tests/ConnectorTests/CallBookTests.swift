import AMI
import Basics
import CallRecords
import Connector
import Recordings
import Reporting
import Spool
import TestSupport
import Testing

/// Events in, what is known of recorded calls out.
struct CallBookTests {
    private let directory = TemporaryDirectory()

    private func open() async throws -> RecordSpool {
        while true {
            do throws(SpoolError) {
                return try RecordSpool(SpoolConfiguration(directory: directory.path))
            } catch {
                guard case .locked = error else { throw error }
                await Task.yield()
            }
        }
    }

    private func book(_ spool: RecordSpool) -> CallBook {
        CallBook(spool, roots: ["/mnt/spool/monitor"], log: Logger("test", sink: LogSink { _ in }))
    }

    /// Lets ingest take in some events, and waits until it has.
    private func ingest(
        _ frames: [[UInt8]],
        into spool: RecordSpool,
        keepsCalls: Bool = true,
        filters: FilterSettings = FilterSettings()
    ) async throws {
        let ring = EventRing(capacity: 1 << 22)
        var configuration = Ingest.Configuration(
            hostname: "pbx",
            zone: nil,
            policy: RecordPolicy(filters: filters)
        )
        configuration.keepsCalls = keepsCalls
        let ingest = Ingest(
            configuration,
            deliveries: ring,
            spool: spool,
            metrics: Metrics().reporting,
            log: Logger("ingest", sink: LogSink { _ in })
        ) { _ in }
        let running = Task { try await ingest.run() }
        for frame in frames {
            var batch = EventBatch(receivedAt: .now())
            batch.append(frame[...])
            #expect(ring.append(batch) == .accepted)
        }
        ring.finish()
        running.cancel()
        _ = await running.result
    }

    private func frame(_ lines: String...) -> [UInt8] { Array(lines.map { $0 + "\r\n" }.joined().utf8) }

    private func cdr(_ uniqueID: String, to destination: String, _ more: String...) -> [UInt8] {
        let lines = [
            "Event: Cdr", "Source: 4165550000", "Destination: \(destination)", "DestinationContext: ext-local",
            "Channel: PJSIP/trunk-1", "StartTime: 2026-11-20 20:32:05", "EndTime: 2026-11-20 20:32:35", "Duration: 30",
            "BillableSeconds: 30", "Disposition: ANSWERED", "UniqueID: \(uniqueID)",
        ]
        return Array((lines + more).map { $0 + "\r\n" }.joined().utf8)
    }

    private func mixMonitor(_ path: String, _ uniqueID: String, linked: String) -> [UInt8] {
        frame(
            "Event: CEL",
            "EventName: APP_START",
            "Application: MixMonitor",
            "AppData: \(path)",
            "UniqueID: \(uniqueID)",
            "LinkedID: \(linked)"
        )
    }

    private func destination(of path: String, in spool: RecordSpool) async -> String? {
        let bytes = Array("/mnt/spool/monitor/\(path)".utf8)
        return await book(spool).call(of: bytes, named: RecordingName(path: bytes[...]))?.destination[...].text
    }

    private func destination(recordedIn path: String, in spool: RecordSpool) async -> String? {
        await book(spool).call(recordedIn: Array("/mnt/spool/monitor/\(path)".utf8))?.destination[...].text
    }

    private func capture() throws -> [[UInt8]] {
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("ami-asterisk22-recordings.txt")[...])
        var frames: [[UInt8]] = []
        while let frame = decoder.nextFrame() { frames.append(Array(frame)) }
        return frames.filter { AMIMessage($0[...]).kind == .event }
    }

    /// Asterisk 22.10.1 recorded a caller, a menu and the called side of a call, into files with all kinds of names.
    @Test(arguments: [
        ("2026/11/20/out-1-1795268690.0.wav", "1795268690.0", "1"), ("plain.WAV", "1795268690.4", "2"),
        ("../abs it's q.gsm", "1795268690.4", "2"), ("rx-1795268690.4.wav", "1795268690.4", "2"),
        ("tx-1795268690.4.wav", "1795268690.4", "2"), ("quoted,comma.wav", "1795268690.4", "2"),
        ("par(a,b)and\\back.wav", "1795268690.4", "2"), ("noext.raw", "1795268690.4", "2"),
        ("callee-1795268691.8.wav", "1795268691.6", "3"), ("2026/11/converted/quoted,comma.mp3", "1795268690.4", "2"),
    ])
    func `each file of a real Asterisk leads to its call`(
        path: String,
        uniqueID: String,
        destination: String
    ) async throws {
        let spool = try await open()
        try await ingest(try capture(), into: spool)
        let bytes = Array("/mnt/spool/monitor/\(path)".replacing("/monitor/../", with: "/").utf8)
        let call = await book(spool).call(of: bytes, named: RecordingName(path: bytes[...]))
        #expect(call?.uniqueID == Array(uniqueID.utf8))
        #expect(call?.destination == Array(destination.utf8))
        #expect(call?.source == Array("102".utf8))
        #expect(call?.direction == .outbound, "one digit is no extension")
    }

    @Test(arguments: ["basic", "transfers"])
    func `every CDR of a capture is known by its UniqueID, with its direction and queue`(name: String) async throws {
        let spool = try await open()
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("ami-asterisk22-\(name).txt")[...])
        var frames: [[UInt8]] = []
        while let frame = decoder.nextFrame() { frames.append(Array(frame)) }
        try await ingest(frames, into: spool)
        let lines = try Fixture.bytes("records/\(name).jsonl").split(separator: ASCII.newline)
        let cdrs = try lines.map { try JSONParser.parse($0) }.filter { $0["call_id"] != nil }
        #expect(!cdrs.isEmpty)
        for (id, group) in Dictionary(grouping: cdrs, by: { $0["uniqueid"]?.string ?? "" }) {
            let best = group.map(rank).max()
            let call = try #require(await book(spool).call(Array(id.utf8)), "\(id)")
            #expect(call.uniqueID == Array(id.utf8))
            let candidates = group.filter { rank($0) == best }
            #expect(candidates.contains { ($0["dst"]?.string ?? "") == call.destination[...].text }, "\(id)")
            #expect(candidates.contains { $0["direction"]?.string == call.direction?.rawValue })
            #expect(candidates.contains { ($0["queue_name"]?.string ?? "") == call.queue[...].text })
            #expect(candidates.contains { ($0["linkedid"]?.string ?? "") == call.linkedID[...].text })
        }
    }

    /// How good a CDR is among those of its UniqueID.
    private func rank(_ cdr: JSONValue) -> Int {
        (cdr["billsec"]?.integer ?? 0) + (cdr["disposition"]?.string == "ANSWERED" ? 1 << 32 : 0)
    }

    @Test func `a call is known over a restart, also one that a filter left out`() async throws {
        do {
            let spool = try await open()
            var filters = FilterSettings()
            filters.minimumDuration = 60
            try await ingest([cdr("1795224725.1", to: "101")], into: spool, filters: filters)
            #expect(await spool.counts[.cdr] == RecordCounts(received: 1, filtered: 1))
        }
        let spool = try await open()
        let call = await book(spool).call(Array("1795224725.1".utf8))
        #expect(call?.destination == Array("101".utf8))
        #expect(call?.direction == .internal)
    }

    @Test func `nothing is kept when recordings are off`() async throws {
        let spool = try await open()
        let events = [mixMonitor("a.wav", "1795224725.1", linked: ""), cdr("1795224725.1", to: "101")]
        try await ingest(events, into: spool, keepsCalls: false)
        #expect(spool.figures.rememberedCDRs == 0)
        #expect(await destination(of: "a.wav", in: spool) == nil)
    }

    @Test(arguments: [true, false])
    func `the file and its CDR may arrive in either order`(fileFirst: Bool) async throws {
        let spool = try await open()
        let events = [mixMonitor("sub/a.wav", "1795224725.1", linked: "1795224725.1"), cdr("1795224725.1", to: "101")]
        try await ingest([events[fileFirst ? 0 : 1]], into: spool)
        #expect(await destination(of: "sub/a.wav", in: spool) == nil)
        try await ingest([events[fileFirst ? 1 : 0]], into: spool)
        #expect(await destination(of: "sub/a.wav", in: spool) == "101")
        #expect(await destination(of: "sub/b.wav", in: spool) == nil)
    }

    @Test func `events about a file beat its name, except a CDR that names the file of another call`() async throws {
        let spool = try await open()
        try await ingest(
            [
                cdr("1795224725.1", to: "1"), cdr("1795224725.2", to: "2", "RecordingFile: b-1795224725.1.wav"),
                mixMonitor("a-1795224725.1.wav", "1795224725.2", linked: "1795224725.2"),
                cdr("1795224725.3", to: "3", "RecordingFile: c-1795224799.1.wav"),
                cdr("1795224725.4", to: "4", "UserField: named.wav"),
            ],
            into: spool
        )
        #expect(await destination(of: "a-1795224725.1.wav", in: spool) == "2")
        #expect(await destination(recordedIn: "b-1795224725.1.wav", in: spool) == "1")
        #expect(
            await destination(of: "c-1795224799.1.wav", in: spool) == "3",
            "nothing is known of the one in its name"
        )
        #expect(await destination(of: "2026/named.wav", in: spool) == "4")
    }

    @Test func `a channel that was only called has the call of its linkedid`() async throws {
        let spool = try await open()
        try await ingest(
            [
                mixMonitor("agent.wav", "1795224725.9", linked: "1795224725.1"),
                mixMonitor("agent-1795224725.8.wav", "1795224725.8", linked: "1795224725.1"),
                cdr("1795224725.5", to: "5", "LinkedID: 1795224725.1"),
            ],
            into: spool
        )
        #expect(await destination(of: "agent.wav", in: spool) == "5")
        try await ingest([cdr("1795224725.1", to: "1", "LinkedID: 1795224725.1")], into: spool)
        #expect(await destination(of: "agent.wav", in: spool) == "1")
        #expect(await destination(of: "agent-1795224725.8.wav", in: spool) == "1")
        #expect(
            await destination(of: "any-1795224725.5.wav", in: spool) == "5",
            "its own CDR beats that of the linkedid"
        )
    }

    @Test func `files of one name are distinguished by their folders, and only a lone one by its name`() async throws {
        let spool = try await open()
        try await ingest(
            [
                cdr("1795224725.1", to: "1"), cdr("1795224725.2", to: "2"), cdr("1795224725.3", to: "3"),
                mixMonitor("sales/call.wav", "1795224725.1", linked: ""),
                mixMonitor("/srv/monitor/support/call.wav", "1795224725.2", linked: ""),
                mixMonitor("new/lone.wav", "1795224725.3", linked: ""),
            ],
            into: spool
        )
        #expect(await destination(of: "sales/call.wav", in: spool) == "1")
        #expect(await destination(of: "support/call.wav", in: spool) == "2")
        #expect(await destination(of: "other/call.wav", in: spool) == nil)
        #expect(await destination(of: "archive/lone.mp3", in: spool) == "3")
        try await ingest([mixMonitor("sales/call.wav", "1795224725.3", linked: "")], into: spool)
        #expect(await destination(of: "sales/call.wav", in: spool) == "3", "the name was used again")
        try await ingest([cdr("1795224725.4", to: "4", "RecordingFile: sales/call.wav")], into: spool)
        #expect(await destination(of: "sales/call.wav", in: spool) == "3", "what is certain counts more")
    }

    @Test func `the name of a file may be any bytes`() async throws {
        let spool = try await open()
        let name: [UInt8] = [0xff, 0x27, 0xc3, 0x22] + Array(".wav".utf8)
        let escaped: [UInt8] = [0xff, 0x5c, 0x27, 0xc3, 0x5c, 0x22] + Array(".wav".utf8)
        let start = Array("Event: Hangup\r\nUniqueid: 1795224725.1\r\nChanVariable: MIXMONITOR_FILENAME=/mnt/".utf8)
        try await ingest([start + escaped + [13, 10], cdr("1795224725.1", to: "101")], into: spool)
        let call = await book(spool).call(recordedIn: "/mnt/".utf8 + name)
        #expect(call?.destination == Array("101".utf8))
        #expect(await book(spool).call(recordedIn: Array("/mnt/".utf8) + [0xfe] + name) == nil)
    }

    @Test func `a spool that fails knows nothing, and says so`() async throws {
        let spool = try await open()
        await spool.close()
        Directory.remove(directory.path)
        try FileContents.write([], to: directory.path)
        defer { Directory.remove(directory.path) }
        let lines = Lock<[String]>([])
        let log = Logger("book", sink: LogSink { (line: [UInt8]) in lines.withLock { $0.append(line[...].text) } })
        #expect(await CallBook(spool, roots: [], log: log).call(Array("1.1".utf8)) == nil)
        #expect(lines.withLock { $0.contains { $0.contains("call of a recording unreadable") } })
    }
}
