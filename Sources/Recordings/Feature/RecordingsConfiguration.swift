import Daemon

/// Which recordings are uploaded, and what happens to them then.
package struct RecordingsConfiguration: Configurable {
    /// Absolute paths; none turns recordings off.
    package var watchPaths = ["/var/spool/asterisk/monitor"]
    /// In lower case, without the dot.
    package var fileExtensions = ["wav", "mp3", "gsm"]
    package var checkInterval = Duration.seconds(30)
    /// Since the last write.
    package var minimumAge = Duration.seconds(2 * 60)
    package var minimumFileBytes = 1024
    /// Larger files are left alone.
    package var maximumFileBytes = 4 << 30
    /// Of the audio.
    package var minimumDuration = Duration.zero
    /// Since the last write; older files are left alone.
    package var maximumAge = Duration.seconds(24 * 3600)
    package var includePatterns: [String] = []
    package var excludePatterns: [String] = []
    /// The wait before a failed upload is tried again; zero: it is not.
    package var uploadRetry = Duration.seconds(5 * 60)
    package var deleteAfterUpload = false
    package var maxConcurrentUploads = 10
    /// Of all uploads together; zero is no limit.
    package var maxBytesPerSecond = 0

    package var isEnabled: Bool { !watchPaths.isEmpty }

    package init() {}
}
