import Basics
import Delivery
import Spool
import TestSupport

/// A spool with a shipper that sends what is in it, and the log that it writes.
struct ShippingSite {
    let directory = TemporaryDirectory()
    let spool: RecordSpool
    let registry = Registry()
    let metrics: DeliveryMetrics
    private let log = LogLines()

    init() throws {
        spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        metrics = DeliveryMetrics(registry, spool: SpoolMetrics(registry))
    }

    /// The lines of the log so far.
    var logged: [String] { log.lines }

    /// - Parameter start: when its call began; records of a later one can overtake a backlog.
    func record(
        _ number: Int,
        call: String? = nil,
        start: Int? = nil,
        kind: RecordKind = .cel,
        size: Int = 0
    ) -> NewRecord {
        let digits = Array("\(number)".utf8)
        let call = call ?? "call-\(number)"
        let hash = Array(call.utf8)[...].stableHash
        let padding = String(repeating: "x", count: size)
        return NewRecord(
            id: [UInt8](repeating: ASCII.zero, count: 8 - digits.count) + digits + Array("-padding".utf8),
            kind: kind,
            call: start.map { CallKey.make(start: $0, hash: hash) } ?? hash,
            channel: 0,
            receivedAt: .now(),
            body: Array(#"{"n":\#(number),"call":"\#(call)","x":"\#(padding)"}"#.utf8)
        )
    }

    func configuration(_ change: (inout Shipper.Configuration) -> Void = { _ in }) -> Shipper.Configuration {
        var configuration = Shipper.Configuration()
        configuration.longestWait = .milliseconds(1)
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        configuration.correction = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        // What nobody rings for fails the test.
        configuration.longestIdle = .seconds(3600)
        change(&configuration)
        return configuration
    }

    /// Runs a shipper while `body` works.
    func shipping<Result>(
        _ configuration: Shipper.Configuration,
        to receiver: some RecordsReceiver,
        _ body: (Shipper) async throws -> Result
    ) async throws -> Result {
        let shipper = Shipper(
            configuration,
            spool: spool,
            receiver: receiver,
            metrics: metrics,
            log: Logger("test", sink: log.sink)
        )
        let running = Task { try await shipper.run() }
        defer { running.cancel() }
        let result = try await body(shipper)
        running.cancel()
        _ = await running.result
        return result
    }

    /// Waits until nothing is left to be sent.
    func drained() async { while await spool.waiting > 0, !Task.isCancelled { await Task.yield() } }

    /// Waits until `condition` holds.
    func wait(until condition: () async -> Bool) async {
        while !(await condition()), !Task.isCancelled { await Task.yield() }
    }
}
