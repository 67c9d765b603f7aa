package import Basics
package import Daemon
package import Delivery
package import HTTP
package import Spool

/// Recordings: from folders of audio files to the API.
///
/// There is no instance when they are off.
package struct RecordingsFeature: Feature {
    package static let name = "recordings"
    package static let settings = [RecordingsConfiguration.settings]
    package static let commands = [
        RecordingsListCommand.command, RecordingsRetryCommand.command, RecordingsScanCommand.command,
    ]
    package static let commandGroups = [
        CommandGroup(word: "recordings", summary: "Files to be uploaded: look, try again, see why one stays")
    ]

    package let uploader: Uploader
    let watch: RecordingWatch
    /// Of uploads alone: it waits for the disk that the recordings are on.
    package let http: HTTPClient

    /// In the order of dependence.
    package var services: [any Service] { [uploader, watch] }

    /// Nil when recordings are off.
    ///
    /// - Parameters:
    ///   - hostname: the name of the PBX.
    ///   - zone: of times in file names; `nil` is UTC.
    ///   - busyRecords: with more records than this waiting, uploads hold back.
    /// - Throws: when libcurl cannot be used.
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
        // One at a time keeps the limit for all together.
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
    /// Which files are finished and wanted.
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
