import Basics
import HTTP
package import Recordings
import Spool

/// What recordings need, put together; there is none of it when they are off.
struct RecordingServices {
    let uploader: Uploader
    let watch: RecordingWatch
    /// Of uploads alone: it waits for the disk that the recordings are on.
    let http: HTTPClient

    /// In the order of dependence.
    var services: [any Service] { [uploader, watch] }

    /// Nil when recordings are off.
    init?(_ configuration: Configuration, spool: RecordSpool, metrics: Metrics, log: Logger) throws(HTTPError) {
        let settings = configuration.recordings
        guard settings.isEnabled else { return nil }
        http = try HTTPClient(configuration.httpClient)
        let api = RecordingsAPI(
            configuration.access(by: http),
            stallTimeout: configuration.api.timeout * 2,
            maxBytesPerSecond: settings.maxBytesPerSecond
        )
        let means = UploadJob.Means(
            spool: spool,
            receiver: api,
            calls: CallBook(spool, roots: settings.watchPaths, log: log),
            zone: configuration.pbxTimeZone,
            deletes: settings.deleteAfterUpload,
            acknowledgement: configuration.api.acknowledgement
        )
        uploader = Uploader(configuration.uploader, means: means, metrics: metrics, log: log)
        let finder = RecordingFinder(
            roots: settings.watchPaths,
            rules: configuration.readinessRules,
            spool: spool,
            deletes: settings.deleteAfterUpload
        )
        watch = RecordingWatch(
            finder: finder,
            uploader: uploader,
            interval: settings.checkInterval,
            metrics: metrics,
            log: log
        )
    }
}

extension Configuration {
    fileprivate var uploader: Uploader.Configuration {
        var uploader = Uploader.Configuration()
        // One at a time keeps the limit for all together.
        uploader.concurrency = recordings.maxBytesPerSecond > 0 ? 1 : recordings.maxConcurrentUploads
        uploader.retryWait = recordings.uploadRetry
        uploader.api = api.baseURL
        uploader.busyRecords = records.batchSize * 2
        return uploader
    }

    /// Which files are finished and wanted.
    package var readinessRules: ReadinessRules {
        ReadinessRules(
            extensions: recordings.fileExtensions,
            includes: recordings.includePatterns,
            excludes: recordings.excludePatterns,
            minimumBytes: recordings.minimumFileBytes,
            maximumBytes: recordings.maximumFileBytes,
            minimumDuration: recordings.minimumDuration,
            minimumAge: recordings.minimumAge,
            maximumAge: recordings.maximumAge
        )
    }
}
