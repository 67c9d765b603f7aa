import Basics
package import Daemon

extension RecordingsConfiguration {
    package static let settings = SettingGroup<RecordingsConfiguration>(
        title: "Recordings",
        introduction: """
            Which files are uploaded, and what happens to them then. A file is uploaded once it has been left alone \
            for `RECORDING_MIN_AGE_MINUTES`.
            """,
        prefixes: ["RECORDING_"],
        settings: [
            Setting(
                "RECORDING_WATCH_PATHS",
                "recording.watch_paths",
                at: \.watchPaths,
                .list(of: "absolute paths of folders", not: "monitor") { $0.hasPrefix("/") ? $0 : nil },
                "The folders to look for recordings in, with all that is below. Empty: recordings are not uploaded.",
                emptyMeansNone: true
            ),
            Setting(
                "RECORDING_FILE_EXTENSIONS",
                "recording.file_extensions",
                at: \.fileExtensions,
                .list(of: "file name extensions", not: "*.wav", minimum: 1) { text in
                    let name = text.hasPrefix(".") ? String(text.dropFirst()) : text
                    let isPlain = name.utf8.allSatisfy { ASCII.isDigit($0) || ASCII.lowercased($0) &- 97 < 26 }
                    return isPlain && !name.isEmpty ? name.lowercased() : nil
                },
                "What the names of recordings end in; case does not count."
            ),
            Setting(
                "RECORDING_CHECK_INTERVAL_SECONDS",
                "recording.check_interval_seconds",
                at: \.checkInterval,
                .seconds(1...60),
                "The time between two scans of the folders."
            ),
            Setting(
                "RECORDING_MIN_AGE_MINUTES",
                "recording.min_age_minutes",
                at: \.minimumAge,
                .minutes(0...1440),
                "How long after the last write a file is taken for complete."
            ),
            Setting(
                "RECORDING_MIN_FILE_SIZE",
                "recording.min_file_size",
                at: \.minimumFileBytes,
                .integer(0...1_073_741_824, of: "bytes"),
                "Smaller files are left alone."
            ),
            Setting(
                "RECORDING_MAX_BYTES",
                "recording.max_bytes",
                at: \.maximumFileBytes,
                .integer(1...1_099_511_627_776, of: "bytes"),
                "Larger files are left alone, each with a warning in the log."
            ),
            Setting(
                "RECORDING_MIN_DURATION",
                "recording.min_duration",
                at: \.minimumDuration,
                .seconds(0...86_400),
                "Recordings with less audio are left alone."
            ),
            Setting(
                "RECORDING_MAX_AGE_HOURS",
                "recording.max_age_hours",
                at: \.maximumAge,
                .hours(1...87_600),
                "Older files are left alone."
            ),
            Setting(
                "RECORDING_INCLUDE_PATTERNS",
                "recording.include_patterns",
                at: \.includePatterns,
                .list(of: "parts of file names"),
                "Only files with one of these in their name are uploaded.",
                example: "in-,out-"
            ),
            Setting(
                "RECORDING_EXCLUDE_PATTERNS",
                "recording.exclude_patterns",
                at: \.excludePatterns,
                .list(of: "parts of file names"),
                "Files with one of these in their name are left alone.",
                example: "test-,intercom"
            ),
            Setting(
                "RECORDING_UPLOAD_RETRY_MINUTES",
                "recording.upload_retry_minutes",
                at: \.uploadRetry,
                .minutes(0...1440),
                "The wait before a failed upload is tried again. 0: it is not tried again."
            ),
            Setting(
                "RECORDING_DELETE_AFTER_UPLOAD",
                "recording.delete_after_upload",
                at: \.deleteAfterUpload,
                .boolean,
                "Whether an uploaded file is deleted. Otherwise it moves to `.processed/` beside it; "
                    + "where that cannot be written, it stays and is remembered."
            ),
            Setting(
                "CDR_MAX_CONCURRENT_UPLOADS",
                "recording.max_concurrent_uploads",
                at: \.maxConcurrentUploads,
                .integer(1...100),
                "The most recordings uploaded at once."
            ),
            Setting(
                "RECORDING_MAX_BYTES_PER_SECOND",
                "recording.max_bytes_per_second",
                at: \.maxBytesPerSecond,
                .integer(0...1_073_741_824, of: "bytes"),
                "The most bytes of recordings sent in a second, one recording after the other then. 0: no limit.",
                example: "1000000"
            ),
            Setting(
                unused: "CDR_MAX_MEMORY_FILE_SIZE",
                "recording.max_memory_file_size",
                as: SettingType<Int>.integer(0...1_099_511_627_776, of: "bytes"),
                default: "10485760",
                "Kept for compatibility, without effect: uploads always stream."
            ),
        ]
    )
}
