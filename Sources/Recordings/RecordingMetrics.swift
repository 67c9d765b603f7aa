package import Basics
import Daemon
package import Delivery
package import Spool

/// The metrics of recordings.
package struct RecordingMetrics: Sendable {
    private let registry: Registry
    private let failures: [UploadFailure: Counter]
    private let files: [String: Gauge]
    private let uploadedBytes: Counter
    private let uploadSeconds: Histogram
    let uploadsInFlight: Gauge

    private static let prefix = Registry.prefix
    /// The metrics that count failed operations of the spool.
    let spool: SpoolMetrics
    /// Answers that are neither a clear success nor a clear failure.
    let answers: AnswerMetrics
    private static let ready = "ready"
    private static let known = "known"

    package init(_ registry: Registry, spool: SpoolMetrics, answers: AnswerMetrics) {
        self.registry = registry
        self.spool = spool
        self.answers = answers
        failures = registry.counters(
            Self.prefix + "recording_upload_failures_total",
            "Uploads of recordings that failed, by what it takes to go on; most are tried again.",
            "reason",
            over: UploadFailure.self
        )
        let states = [Self.ready, Self.known] + SkipReason.allCases.map(\.rawValue)
        files = Dictionary(
            uniqueKeysWithValues: states.map { state in
                let help = "Files that the last scan of the folders found, by state."
                return (state, registry.gauge(Self.prefix + "recording_files", help, [("state", state)]))
            }
        )
        uploadedBytes = registry.counter(
            Self.prefix + "recording_uploaded_bytes_total",
            "Bytes of the recordings that the API has taken."
        )
        uploadSeconds = registry.histogram(
            Self.prefix + "recording_upload_duration_seconds",
            "Time for one upload that succeeded.",
            bounds: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800]
        )
        uploadsInFlight = registry.gauge(
            Self.prefix + "recording_uploads_in_flight",
            "Recordings on their way to the API."
        )
    }

    func uploaded(bytes: Int, took duration: Duration) {
        uploadedBytes.add(bytes)
        uploadSeconds.observe(duration / .seconds(1))
    }

    func failed(_ failure: UploadFailure) { failures[failure]?.add() }

    /// Sets the gauges from a complete scan.
    func scanned(_ report: ScanReport) {
        for reason in SkipReason.allCases { files[reason.rawValue]?.value = Double(report.left[reason] ?? 0) }
        files[Self.ready]?.value = Double(report.ready)
        files[Self.known]?.value = Double(report.known)
    }

    /// Registers the totals that the spool counts since it was created.
    package func observe(_ spool: RecordSpool) {
        let counters: [(String, String, @Sendable (RecordingCounts) -> Int)] = [
            ("found", "Recordings found ready to be uploaded.", { $0.found }),
            ("uploaded", "Recordings that the API has taken.", { $0.uploaded }),
            ("known", "Recordings not sent because the same file had been, from another place.", { $0.known }),
            ("vanished", "Recordings gone or changed before they were uploaded.", { $0.vanished }),
            ("lost", "Recordings forgotten because the spool was damaged.", { $0.lost }),
        ]
        for (name, help, figure) in counters {
            registry.counter(Self.prefix + "recordings_\(name)_total", help) {
                Double(figure(spool.figures.recordings))
            }
        }
        registry.gauge(Self.prefix + "recordings_waiting", "Recordings that are ready and not yet uploaded.") {
            Double(spool.figures.recordings.waiting)
        }
        registry.gauge(Self.prefix + "recordings_parked", "Recordings given up, which wait for an operator.") {
            Double(spool.figures.recordings.parked)
        }
        registry.gauge(
            Self.prefix + "recording_oldest_waiting_seconds",
            "How long the recording that was found first has waited for its upload; 0 when none waits."
        ) {
            spool.figures.oldestRecording.map { max(0, Timestamp.now().secondsWithFraction - $0.secondsWithFraction) }
                ?? 0
        }
    }
}
