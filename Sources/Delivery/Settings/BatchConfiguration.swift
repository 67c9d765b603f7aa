package import Daemon

/// How CDRs and CELs are grouped and sent.
package struct BatchConfiguration: Configurable {
    /// Whether requests have many records or one.
    package var mode = Mode.batch
    /// The most records (CDRs and CELs together) in a request.
    package var batchSize = 200
    /// How long a record may wait for its batch to fill.
    package var batchTimeout = Duration.seconds(30)
    /// How long a partial batch may wait; the smaller of the two counts.
    package var forceTimeout = Duration.seconds(5)
    /// Requests in flight in direct mode.
    package var maxConcurrent = 10

    /// How long a partial batch waits for more records.
    package var longestWait: Duration { min(batchTimeout, forceTimeout) }

    /// How records are grouped.
    package enum Mode: String, Sendable, CaseIterable {
        /// Many records in a request.
        case batch
        /// One record in a request.
        case direct
    }

    package init() {}
}

extension BatchConfiguration {
    package static let settings = SettingGroup<BatchConfiguration>(
        title: "Records",
        introduction: "How CDRs and CELs are grouped and sent.",
        prefixes: ["CDR_"],
        settings: [
            Setting(
                "CDR_MODE",
                "cdr.mode",
                at: \.mode,
                .choice,
                "`batch` sends many records in a request, `direct` each record in a request of its own."
            ),
            Setting(
                "CDR_BATCH_SIZE",
                "cdr.batch_size",
                at: \.batchSize,
                .integer(1...10_000),
                "The most records (CDRs and CELs together) in a request.",
                example: "500"
            ),
            Setting(
                "CDR_BATCH_TIMEOUT",
                "cdr.batch_timeout",
                at: \.batchTimeout,
                .seconds(1...3600),
                "How long a record may wait for its batch to fill."
            ),
            Setting(
                "CDR_BATCH_FORCE_TIMEOUT",
                "cdr.batch_force_timeout",
                at: \.forceTimeout,
                .seconds(1...3600),
                "A partial batch leaves after this time even so. The smaller of the two counts."
            ),
            Setting(
                "CDR_MAX_CONCURRENT",
                "cdr.max_concurrent",
                at: \.maxConcurrent,
                .integer(1...100),
                "The most requests in flight in direct mode."
            ),
        ]
    )
}
