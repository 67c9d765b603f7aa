import AMI
import Basics
import CallRecords
import Connector
import Glibc
import HTTP
import Reporting
import Simulation
import Spool

/// Measures the CPU time of the parts on one thread, best of several rounds; the events are those of the simulated PBX.
///
/// With the argument `constant` it is the servers that `callerid` is compared with; with `callerid` and ports it compares.
/// With `sockets` and numbers it is what an event costs that goes to so many WebSockets, with `calls` what one costs a
/// service that runs; with `redis` and a socket it decides in Redis.
@main
struct Benchmarks {
    private static let rounds = 5

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "constant": try await ConstantServers.run()
        case "callerid":
            guard let load = CallerIDLoad(Array(arguments.dropFirst())) else {
                print("benchmarks: callerid needs five ports")
                exit(64)
            }
            try load.run()
        case "sockets": try SocketLoad.run(arguments.dropFirst().compactMap { Int($0) })
        case "calls":
            guard let load = CallsLoad(Array(arguments.dropFirst())) else {
                print("benchmarks: calls needs a port, a process and a number of seconds")
                exit(64)
            }
            try await load.run()
        case "redis":
            let words = Array(arguments.dropFirst())
            guard words.count == 2, let concurrency = Int(words[1]), concurrency > 0 else {
                print("benchmarks: redis needs a socket and how many decisions are under way")
                exit(64)
            }
            try await RedisLoad.run(path: words[0], concurrency: concurrency)
        default: try await parts()
        }
    }

    private static func parts() async throws {
        let frames = events(calls: 3000)
        let count = Double(frames.count)
        print("\(frames.count) events, \(frames.bytes.count / frames.count) bytes each")

        report("cut and decoded", perSecond: true, count) { decode(frames.bytes[...]) { _ = $0 } }
        var records: [CallRecord] = []
        report("CDR and CEL: event to JSON", perSecond: false, Double(Self.records(frames.bytes[...]).count)) {
            records = Self.records(frames.bytes[...])
        }
        let bodies = stride(from: 0, to: records.count - 200, by: 200).map { start in
            records[start..<start + 200].flatMap(\.body)
        }
        report("gzip of a record in a batch", perSecond: false, Double(bodies.count * 200)) {
            for body in bodies { _ = try? Gzip.compress(body) }
        }
        report("record key (SHA-256)", perSecond: false, 100_000) {
            let text = [UInt8](repeating: 0x61, count: 300)
            for _ in 0..<100_000 { _ = Digest.sha256(text) }
        }
        direction(frames.bytes[...])
        liveCalls()
        try await spool(records)
        try await calls(frames.bytes[...])
    }

    /// Measures the decision alone, with all contexts in the cache; then the whole cost of an event: headers, decision,
    /// filter, JSON.
    private static func direction(_ bytes: Bytes) {
        var messages: [AMIMessage] = []
        decode(bytes) { if $0.event.equalsIgnoringCase("cdr") { messages.append($0) } }
        let contexts = ["from-internal", "from-trunk", ""].map { Array($0.utf8)[...] }
        let inputs = messages.enumerated().map { DirectionInput($1, context: contexts[$0 % contexts.count]) }
        var classifier = DirectionClassifier()
        let filters = CDRFilters()
        let now = ContinuousClock.now
        var inbound = 0
        report("direction of a CDR, warm cache", perSecond: false, Double(inputs.count * 20)) {
            for _ in 0..<20 {
                for input in inputs where classifier.decision(input, at: now).direction == .inbound { inbound += 1 }
            }
        }
        var kept = 0
        report("direction, filter and their JSON of a Cdr event", perSecond: false, Double(messages.count)) {
            for (index, message) in messages.enumerated() {
                let input = DirectionInput(message, context: contexts[index % contexts.count])
                let metadata = classifier.decision(input, at: now).metadata
                if filters.reason(toLeaveOut: FilterInput(message, metadata)) == nil { kept += 1 }
                var json = JSONWriter(capacity: 512)
                metadata.encode(into: &json)
            }
        }
        precondition(inbound > 0 && kept > 0, "nothing was decided")
    }

    /// Measures the live model with recorded sessions; the goal is 300,000 events a second.
    private static func liveCalls() {
        guard let load = LiveCallsLoad() else { return print("live calls: Tests/Fixtures/live-calls is missing") }
        print("\(load.count) events of recorded sessions, \(load.bytes) bytes each")
        let count = Double(load.count)
        var changes = 0
        report("live calls: an event applied", perSecond: true, count) { changes = load.apply() }
        report("live calls: an event decoded and applied", perSecond: true, count) { changes += load.decodeAndApply() }
        report("live calls: applied, and what changed as JSON", perSecond: true, count) {
            changes += load.applyAndWrite()
        }
        precondition(changes > 0, "nothing changed")
    }

    /// All events of a number of calls, as a PBX sends them.
    private static func events(calls: Int) -> FrameSequence {
        var stream = CallStream(scenario: CallScenario(seed: 1), seed: 1)
        var frames = FrameSequence()
        var remaining = calls
        while stream.next(into: &frames, calls: &remaining, now: Timestamp(seconds: 1_795_224_725)) {}
        return frames
    }

    private static func decode(_ bytes: Bytes, _ body: (AMIMessage) -> Void) {
        var decoder = MessageDecoder()
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 65536) {
            decoder.append(bytes[start..<min(start + 65536, bytes.endIndex)])
            while let message = decoder.next() { body(message) }
        }
    }

    private static func records(_ bytes: Bytes) -> [CallRecord] {
        var builder = RecordBuilder(hostname: "pbx.example.org", zone: nil)
        var records: [CallRecord] = []
        decode(bytes) { message in
            if let record = builder.record(of: message, receivedAt: Timestamp(seconds: 0)) { records.append(record) }
        }
        return records
    }

    /// Measures the spool: appends in groups of 200, freezes and acknowledges in batches of 200, with all flushes.
    private static func spool(_ records: [CallRecord]) async throws {
        let directory = try Directory.makeTemporary()
        defer { Directory.remove(directory) }
        let spool = try RecordSpool(SpoolConfiguration(directory: directory))
        let start = cpuSeconds
        for first in stride(from: 0, to: records.count, by: 200) {
            let group = records[first..<min(first + 200, records.count)].map {
                NewRecord($0, receivedAt: Timestamp(seconds: 0))
            }
            _ = try await spool.append(group)
            if let batch = try await spool.freeze(count: 200, bytes: 1 << 20, avoiding: [], key: "\(first)") {
                try await spool.acknowledge(batch)
            }
        }
        show("spool: append, freeze, acknowledge", (cpuSeconds - start) / Double(records.count))
    }

    /// Measures the cost of call notes for recordings: making them in ingest, and storing them with the records.
    ///
    /// The cost of the same appends without notes is subtracted.
    private static func calls(_ bytes: Bytes) async throws {
        var messages: [AMIMessage] = []
        let events = ["cdr", "cel", "newchannel", "hangup"]
        decode(bytes) { if events.contains($0.event.text.lowercased()) { messages.append($0) } }
        var builder = RecordBuilder(hostname: "pbx.example.org", zone: nil)
        let now = Timestamp(seconds: 1_795_224_725)
        for message in messages { builder.memory.learn(message, at: now) }
        let outcomes = messages.map { (message: $0, outcome: builder.outcome(of: $0, Receipt(at: now), at: .now)) }
        let groups = stride(from: 0, to: outcomes.count, by: 200).map {
            outcomes[$0..<min($0 + 200, outcomes.count)]
        }
        // Each group is measured several times in a row, so that it is in the CPU cache as in ingest.
        var (notes, taking): ([CallNotes], Double) = ([], 0)
        for group in groups {
            let times = (0...rounds).map { _ in
                let start = cpuSeconds
                let taken = group.reduce(into: CallNotes()) { $0.add($1.message, $1.outcome, receivedAt: now) }
                let time = cpuSeconds - start
                if notes.count <= group.startIndex / 200 { notes.append(taken) }
                return time
            }
            taking += times.min() ?? 0
        }
        let records = groups.map { group in
            group.compactMap { entry in
                if case .record(let record, _) = entry.outcome { NewRecord(record, receivedAt: now) } else { nil }
            }
        }
        // Takes the minimum of each group, because the differences are small.
        var (with, without) = (groups.map { _ in Double.infinity }, groups.map { _ in Double.infinity })
        for _ in 0..<rounds {
            without = zip(without, try await append(records, notes.map { _ in CallNotes() })).map(min)
            with = zip(with, try await append(records, notes)).map(min)
        }
        let count = Double(notes.reduce(0) { $0 + $1.calls.count })
        show("a call's CDR taken down, and looked for files in", taking / count)
        show("the same kept in the spool", zip(with, without).reduce(0) { $0 + $1.0 - $1.1 } / count)
    }

    /// The CPU seconds of appending each group to a new spool.
    private static func append(_ groups: [[NewRecord]], _ notes: [CallNotes]) async throws -> [Double] {
        let directory = try Directory.makeTemporary()
        defer { Directory.remove(directory) }
        let spool = try RecordSpool(SpoolConfiguration(directory: directory))
        var times: [Double] = []
        for (group, notes) in zip(groups, notes) {
            let start = cpuSeconds
            _ = try await spool.append(group, notes: notes)
            times.append(cpuSeconds - start)
        }
        return times
    }

    private static func report(_ name: String, perSecond: Bool, _ count: Double, _ body: () -> Void) {
        let best =
            (0..<rounds).map { _ in
                let start = cpuSeconds
                body()
                return cpuSeconds - start
            }.min() ?? 0
        if perSecond {
            print("\(name): \(Int(count / best)) a second, \(Int(best / count * 1e9)) ns each")
        } else {
            show(name, best / count)
        }
    }

    private static func show(_ name: String, _ seconds: Double) { print("\(name): \(Int(seconds * 1e9)) ns each") }

    /// CPU time of the whole process in seconds.
    private static var cpuSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
