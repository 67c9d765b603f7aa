import Basics
import Delivery
import Glibc
import HTTP
import Recordings
import Simulation
import Spool
import TestSupport

/// A folder of recordings, a spool, an uploader and a simulated API.
final class UploadSite: Sendable {
    let folder = TemporaryDirectory()
    let directory = TemporaryDirectory()
    let spool: RecordSpool
    let api: SimulatedAPI
    let registry = Registry()
    let metrics: RecordingMetrics
    let http: HTTPClient
    private let logged = Lock<[UInt8]>([])

    init() async throws {
        spool = try RecordSpool(SpoolConfiguration(directory: directory.path))
        api = try await Thread.run("api-start") { Result { try SimulatedAPI() } }.get()
        http = try HTTPClient()
        metrics = RecordingMetrics(registry, spool: SpoolMetrics(registry), answers: AnswerMetrics(registry))
    }

    /// The lines of the log so far.
    var log: String { String(decoding: logged.withLock { $0.map { $0 } }, as: UTF8.self) }

    var logger: Logger { Logger("test", sink: LogSink { line in self.logged.withLock { $0 = $0 + line } }) }

    var receiver: RecordingsAPI {
        let access = APIAccess(client: http, baseURL: api.url, key: Secret("sk_test"), hostname: "pbx")
        return RecordingsAPI(access, stallTimeout: .seconds(60))
    }

    func path(_ name: String) -> String { folder.file(name) }

    func write(_ name: String, _ bytes: [UInt8]) throws { try FileContents.write(bytes, to: path(name)) }

    func exists(_ name: String) -> Bool { unsafe access(path(name), F_OK) == 0 }

    /// Looks into the folder until a second look shows nothing new.
    @discardableResult
    func scan(puttingAway: Bool = false, maximumAge: Duration = .seconds(86400)) async -> ScanReport {
        let rules = ReadinessRules(minimumBytes: 1, minimumAge: .zero, maximumAge: maximumAge)
        let finder = RecordingFinder(roots: [folder.path], rules: rules, spool: spool)
        _ = await finder.scan(at: .now(), puttingAway: puttingAway)
        return await finder.scan(at: .now())
    }

    func configuration(_ change: (inout Uploader.Configuration) -> Void = { _ in }) -> Uploader.Configuration {
        var configuration = Uploader.Configuration()
        configuration.retryWait = .milliseconds(1)
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        configuration.correction = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        configuration.callTimeout = .zero
        configuration.callInterval = .milliseconds(1)
        // What nobody rings for fails the test.
        configuration.longestIdle = .seconds(3600)
        change(&configuration)
        return configuration
    }

    /// Runs an uploader while `body` works.
    func uploading<Result>(
        _ configuration: Uploader.Configuration,
        to receiver: (any RecordingsReceiver)? = nil,
        calls: any CallKnowledge = NoCallKnowledge(),
        deletes: Bool = false,
        _ body: (Uploader) async throws -> Result
    ) async throws -> Result {
        let means = UploadJob.Means(
            spool: spool,
            receiver: receiver ?? self.receiver,
            calls: calls,
            zone: nil,
            deletes: deletes
        )
        let uploader = Uploader(configuration, means: means, metrics: metrics, log: logger)
        let running = Task { try await uploader.run() }
        defer { running.cancel() }
        let result = try await body(uploader)
        running.cancel()
        _ = await running.result
        return result
    }

    /// Uploads what waits, until nothing does.
    func upload(
        _ configuration: Uploader.Configuration,
        to receiver: (any RecordingsReceiver)? = nil,
        calls: any CallKnowledge = NoCallKnowledge(),
        deletes: Bool = false
    ) async throws {
        try await uploading(configuration, to: receiver, calls: calls, deletes: deletes) { _ in
            await wait { self.spool.figures.recordings.waiting == 0 }
        }
    }

    /// Waits until `condition` holds.
    func wait(until condition: () async -> Bool) async {
        while !(await condition()), !Task.isCancelled { await Task.yield() }
    }

    func stop() async {
        http.shutDown()
        let api = api
        try? await Thread.run("api-stop") { api.stop() }
    }
}
