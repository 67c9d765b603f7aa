import Daemon

/// The settings for recordings: which are uploaded, and what happens to the files afterwards.
package struct RecordingsConfiguration: Configurable {
    /// Absolute paths of folders; an empty list turns recordings off.
    package var watchPaths = ["/var/spool/asterisk/monitor"]
    /// Extensions in lower case, without the dot.
    package var fileExtensions = ["wav", "mp3", "gsm"]
    /// The time between two scans.
    package var checkInterval = Duration.seconds(30)
    /// The shortest time since the last write.
    package var minimumAge = Duration.seconds(2 * 60)
    /// Smaller files are not uploaded.
    package var minimumFileBytes = 1024
    /// Larger files are not uploaded.
    package var maximumFileBytes = 4 << 30
    /// The shortest audio that is uploaded.
    package var minimumDuration = Duration.zero
    /// The longest time since the last write; older files are not uploaded.
    package var maximumAge = Duration.seconds(24 * 3600)
    package var includePatterns: [String] = []
    package var excludePatterns: [String] = []
    /// The wait before a failed upload is tried again; zero turns retries off.
    package var uploadRetry = Duration.seconds(5 * 60)
    /// Whether uploaded files are deleted; else they move to `.processed`.
    package var deleteAfterUpload = false
    package var maxConcurrentUploads = 10
    /// The limit of all uploads together; zero is no limit.
    package var maxBytesPerSecond = 0

    /// Whether recordings are uploaded at all.
    package var isEnabled: Bool { !watchPaths.isEmpty }

    package init() {}
}
