import Basics

extension SettingTable {
    static let recordings = SettingGroup(
        title: "Recordings",
        introduction: """
            Which files are uploaded, and what happens to them then. A file is uploaded once it has been left alone \
            for `RECORDING_MIN_AGE_MINUTES`.
            """,
        settings: [
            Setting(
                "RECORDING_WATCH_PATHS",
                "recording.watch_paths",
                at: \.recordings.watchPaths,
                .list(of: "absolute paths of folders", not: "monitor") { $0.hasPrefix("/") ? $0 : nil },
                "The folders to look for recordings in, with all that is below. Empty: recordings are not uploaded.",
                emptyMeansNone: true
            ),
            Setting(
                "RECORDING_FILE_EXTENSIONS",
                "recording.file_extensions",
                at: \.recordings.fileExtensions,
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
                at: \.recordings.checkInterval,
                .seconds(1...60),
                "The time between two looks into the folders."
            ),
            Setting(
                "RECORDING_MIN_AGE_MINUTES",
                "recording.min_age_minutes",
                at: \.recordings.minimumAge,
                .minutes(0...1440),
                "How long after the last write a file is taken for complete."
            ),
            Setting(
                "RECORDING_MIN_FILE_SIZE",
                "recording.min_file_size",
                at: \.recordings.minimumFileBytes,
                .integer(0...1_073_741_824, of: "bytes"),
                "Smaller files are left alone."
            ),
            Setting(
                "RECORDING_MAX_BYTES",
                "recording.max_bytes",
                at: \.recordings.maximumFileBytes,
                .integer(1...1_099_511_627_776, of: "bytes"),
                "Larger files are left alone, each with a warning in the log."
            ),
            Setting(
                "RECORDING_MIN_DURATION",
                "recording.min_duration",
                at: \.recordings.minimumDuration,
                .seconds(0...86_400),
                "Recordings with less audio are left alone."
            ),
            Setting(
                "RECORDING_MAX_AGE_HOURS",
                "recording.max_age_hours",
                at: \.recordings.maximumAge,
                .hours(1...87_600),
                "Older files are left alone."
            ),
            Setting(
                "RECORDING_INCLUDE_PATTERNS",
                "recording.include_patterns",
                at: \.recordings.includePatterns,
                .list(of: "parts of file names"),
                "Only files with one of these in their name are uploaded.",
                example: "in-,out-"
            ),
            Setting(
                "RECORDING_EXCLUDE_PATTERNS",
                "recording.exclude_patterns",
                at: \.recordings.excludePatterns,
                .list(of: "parts of file names"),
                "Files with one of these in their name are left alone.",
                example: "test-,intercom"
            ),
            Setting(
                "RECORDING_UPLOAD_RETRY_MINUTES",
                "recording.upload_retry_minutes",
                at: \.recordings.uploadRetry,
                .minutes(0...1440),
                "The wait before a failed upload is tried again. 0: it is not tried again."
            ),
            Setting(
                "RECORDING_DELETE_AFTER_UPLOAD",
                "recording.delete_after_upload",
                at: \.recordings.deleteAfterUpload,
                .boolean,
                "Whether an uploaded file is deleted. Otherwise it moves to `.processed/` beside it; "
                    + "where that cannot be written, it stays and is remembered."
            ),
            Setting(
                "CDR_MAX_CONCURRENT_UPLOADS",
                "recording.max_concurrent_uploads",
                at: \.recordings.maxConcurrentUploads,
                .integer(1...100),
                "The most recordings uploaded at once."
            ),
            Setting(
                "RECORDING_MAX_BYTES_PER_SECOND",
                "recording.max_bytes_per_second",
                at: \.recordings.maxBytesPerSecond,
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

    static let spool = SettingGroup(
        title: "Spool",
        introduction: "Where records wait until the API has them. Nothing is lost when the program or the host stops.",
        settings: [
            Setting(
                "SPOOL_DIR",
                "spool.dir",
                at: \.spool.directory,
                .path,
                "The folder of the spool. It has to be writable and to outlive the program: in a container, a volume."
            ),
            Setting(
                "SPOOL_MAX_BYTES",
                "spool.max_bytes",
                at: \.spool.maximumBytes,
                .integer(1_048_576...1_099_511_627_776, of: "bytes"),
                """
                What the spool may hold; CDRs may take a tenth more. Keys of delivered records have an eighth of it beside \
                that, the folder takes at most 1.25 times as much and 8 MiB.
                """
            ),
        ]
    )

    static let monitoring = SettingGroup(
        title: "Monitoring",
        introduction: """
            A small HTTP port with the live page at `/`, and `/metrics`, `/healthz`, `/readyz` and `/status`. \
            `/healthz` and `/readyz` never ask for the password.
            """,
        settings: [
            Setting(
                "MONITORING_ENABLED",
                "monitoring.enabled",
                at: \.monitoring.isEnabled,
                .boolean,
                "Whether there is such a port."
            ),
            Setting(
                "MONITORING_PORT",
                "monitoring.port",
                at: \.monitoring.port,
                .port(from: 0),
                "The TCP port. 0: any free port, written to the log."
            ),
            Setting(
                "MONITORING_BIND",
                "monitoring.bind",
                at: \.monitoring.bind,
                .host,
                "The address to listen on. With 0.0.0.0 and host networking it is public: then set a user name, "
                    + "a password and a certificate too."
            ),
            Setting(
                "MONITORING_HOSTS",
                "monitoring.hosts",
                at: \.monitoring.hosts,
                .hosts,
                "The host names by which the port may be asked (the header `Host`), beside localhost and the address of "
                    + "`MONITORING_BIND`; others are answered 421, so that no page in a browser reads it through a name "
                    + "of its own. `*`: any. With 0.0.0.0 or ::, every IP address is allowed.",
                default: "(localhost, 127.0.0.0/8, ::1 and `MONITORING_BIND`)",
                example: "pbx.example.com"
            ),
            Setting(
                "MONITORING_USERNAME",
                "monitoring.username",
                at: \.monitoring.username,
                .optional(.userName),
                "The name to ask for, together with the password. Without both, everyone who reaches the port may look.",
                example: "admin"
            ),
            Setting(
                "MONITORING_PASSWORD",
                "monitoring.password",
                at: \.monitoring.password,
                .password,
                "The password to ask for.",
                example: "a-long-password"
            ),
            Setting(
                "MONITORING_PASSWORD_FILE",
                "monitoring.password_file",
                at: \.monitoring.passwordFile,
                .optional(.secretPath),
                "A file that holds the password; beats `MONITORING_PASSWORD`. One line end at its end does not count.",
                example: "/run/secrets/monitoring_password",
                contentOf: "MONITORING_PASSWORD"
            ),
            Setting(
                "MONITORING_TLS_CERTIFICATE_FILE",
                "monitoring.tls_certificate_file",
                at: \.monitoring.tlsCertificateFile,
                .optional(.path),
                "A PEM file with the certificate to speak HTTPS with, then those of its authorities. "
                    + "It is read at the start.",
                example: "/etc/asterisk-connector/monitoring.pem"
            ),
            Setting(
                "MONITORING_TLS_KEY_FILE",
                "monitoring.tls_key_file",
                at: \.monitoring.tlsKeyFile,
                .optional(.path),
                "A PEM file with the private key of the certificate, without a pass phrase.",
                example: "/etc/asterisk-connector/monitoring-key.pem"
            ),
        ]
    )

    static let container = SettingGroup(
        title: "Container",
        introduction: "Read by docker-compose.yml only, from `.env`.",
        settings: [
            Setting(
                unused: "PUID",
                as: SettingType<Int>.integer(0...2_147_483_647),
                default: "1000",
                "The user that the container runs as; it has to be able to read the recordings."
            ),
            Setting(
                unused: "PGID",
                as: SettingType<Int>.integer(0...2_147_483_647),
                default: "1000",
                "The group that the container runs as."
            ),
        ]
    )
}
