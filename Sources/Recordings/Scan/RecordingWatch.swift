import Basics

/// Scans the watched folders periodically, and wakes the uploader when something is new.
struct RecordingWatch: Service {
    let name = "recordings"
    let finder: RecordingFinder
    let uploader: Uploader
    /// The pause between two scans.
    let interval: Duration
    let metrics: RecordingMetrics
    let log: Logger

    func run() async throws {
        var unreadable = UnreadablePaths()
        var isFirst = true
        while true {
            let report = await finder.scan(at: .now(), puttingAway: isFirst)
            try Task.checkCancellation()
            for failure in unreadable.new(of: report.unreadable) {
                log.warning("recording path unreadable, skipped", failure.fields, collapsing: false)
            }
            for path in unreadable.new(tooLarge: report.tooLarge) {
                let fields = [Logger.Field("path", path[...].text), .init("setting", "RECORDING_MAX_BYTES")]
                log.warning("recording too large", fields, collapsing: false)
            }
            if let error = report.failure {
                log.error("recording scan aborted, retrying", [.init(own: "error", error)])
            } else {
                isFirst = false
                metrics.scanned(report)
            }
            if report.ready > 0 { uploader.wake() }
            try await Task.sleep(for: interval)
        }
    }
}
