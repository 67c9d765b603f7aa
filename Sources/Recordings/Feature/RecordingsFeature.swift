package import Basics
package import Daemon
package import Delivery
package import HTTP
package import Spool

/// Recordings: from folders of audio files to the API.
///
/// No instance exists when recordings are off.
package struct RecordingsFeature: Feature {
    package static let name = "recordings"
    package static let settings = [RecordingsConfiguration.settings]
    package static let commands = [
        RecordingsListCommand.command, RecordingsRetryCommand.command, RecordingsScanCommand.command,
    ]
    package static let commandGroups = [
        CommandGroup(word: "recordings", summary: "Files to be uploaded: look, try again, see why one stays")
    ]

    /// The service that uploads recordings.
    package let uploader: Uploader
    let watch: RecordingWatch
    /// The HTTP client of uploads only, because it waits for the disk with the recordings.
    package let http: HTTPClient

    /// The services in the order of dependence.
    package var services: [any Service] { [uploader, watch] }

    /// Creates the parts of the feature; `nil` when recordings are off.
    ///
    /// - Parameters:
    ///   - hostname: the name of the PBX.
    ///   - zone: the zone of times in file names; `nil` is UTC.
    ///   - busyRecords: with more records than this waiting, fewer uploads run.
    /// - Throws: `HTTPError` when libcurl cannot be used.
    package init?(
        _ settings: RecordingsConfiguration,
        api configuration: APIConfiguration,
        hostname: String,
        zone: TimeZoneRules?,
        busyRecords: Int,
        spool: RecordSpool,
        metrics: RecordingMetrics,
        log: Logger
    ) throws(HTTPError) {
        guard settings.isEnabled else { return nil }
        http = try HTTPClient(configuration.httpClient)
        let api = RecordingsAPI(
            configuration.access(by: http, hostname: hostname),
            stallTimeout: configuration.timeout * 2,
            maxBytesPerSecond: settings.maxBytesPerSecond
        )
        let means = UploadJob.Means(
            spool: spool,
            receiver: api,
            calls: CallBook(spool, roots: settings.watchPaths, log: log),
            zone: zone,
            deletes: settings.deleteAfterUpload,
            acknowledgement: configuration.acknowledgement
        )
        var uploads = Uploader.Configuration()
        // With a limit, one upload at a time keeps it for all.
        uploads.concurrency = settings.maxBytesPerSecond > 0 ? 1 : settings.maxConcurrentUploads
        uploads.retryWait = settings.uploadRetry
        uploads.api = configuration.baseURL
        uploads.busyRecords = busyRecords
        uploader = Uploader(uploads, means: means, metrics: metrics, log: log)
        let finder = RecordingFinder(
            roots: settings.watchPaths,
            rules: settings.readinessRules,
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

extension RecordingsConfiguration {
    /// The rules for which files are uploaded.
    package var readinessRules: ReadinessRules {
        ReadinessRules(
            extensions: fileExtensions,
            includes: includePatterns,
            excludes: excludePatterns,
            minimumBytes: minimumFileBytes,
            maximumBytes: maximumFileBytes,
            minimumDuration: minimumDuration,
            minimumAge: minimumAge,
            maximumAge: maximumAge
        )
    }
}
