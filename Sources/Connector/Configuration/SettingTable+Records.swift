import Basics

extension SettingTable {
    static let records = SettingGroup(
        title: "Records",
        introduction: "How CDRs and CELs are grouped and sent.",
        settings: [
            Setting(
                "CDR_MODE",
                "cdr.mode",
                at: \.records.mode,
                .choice,
                "`batch` sends many records in a request, `direct` each record in a request of its own."
            ),
            Setting(
                "CDR_BATCH_SIZE",
                "cdr.batch_size",
                at: \.records.batchSize,
                .integer(1...10_000),
                "The most records (CDRs and CELs together) in a request.",
                example: "500"
            ),
            Setting(
                "CDR_BATCH_TIMEOUT",
                "cdr.batch_timeout",
                at: \.records.batchTimeout,
                .seconds(1...3600),
                "How long a record may wait for its batch to fill."
            ),
            Setting(
                "CDR_BATCH_FORCE_TIMEOUT",
                "cdr.batch_force_timeout",
                at: \.records.forceTimeout,
                .seconds(1...3600),
                "A partial batch leaves after this time even so. The smaller of the two counts."
            ),
            Setting(
                "CDR_MAX_CONCURRENT",
                "cdr.max_concurrent",
                at: \.records.maxConcurrent,
                .integer(1...100),
                "The most requests in flight in direct mode."
            ),
        ]
    )

    static let filter = SettingGroup(
        title: "Filters",
        introduction: """
            Which CDRs are not sent; a CEL is never filtered. What a filter keeps back is counted by its reason in \
            `asterisk_cdr_filtered_total`.
            """,
        settings: [
            Setting(
                "CDR_FILTER_ENABLED",
                "filter.enabled",
                at: \.filter.isEnabled,
                .boolean,
                "Turns all filters on or off."
            ),
            Setting(
                "CDR_FILTER_QUEUE_ATTEMPTS",
                "filter.queue_attempts",
                at: \.filter.queueAttempts,
                .boolean,
                "Leaves out attempts of a queue to reach an agent: `s` or `h`, not answered, no time."
            ),
            Setting(
                "CDR_FILTER_ZERO_DURATION",
                "filter.zero_duration",
                at: \.filter.zeroDuration,
                .boolean,
                "Leaves out calls that took no time, unless they were busy, failed, congested or answered."
            ),
            Setting(
                "CDR_FILTER_INTERNAL_ONLY",
                "filter.internal_only",
                at: \.filter.internalOnly,
                .boolean,
                "Leaves out calls unless both sides are extensions."
            ),
            Setting(
                "CDR_FILTER_MIN_DURATION",
                "filter.min_duration",
                at: \.filter.minimumDuration,
                .seconds(0...86_400),
                "Leaves out calls that took less than this."
            ),
            Setting(
                "CDR_FILTER_EXCLUDE_DST",
                "filter.exclude_dst",
                at: \.filter.excludedDestinations,
                .list(of: "destinations"),
                "Leaves out calls to these destinations that were not answered and took no time. "
                    + "Empty: none is left out.",
                example: "h,t",
                emptyMeansNone: true
            ),
        ]
    )

    static let direction = SettingGroup(
        title: "Direction of calls",
        introduction: "What decides whether a call is inbound, outbound or internal.",
        settings: [
            Setting(
                "ASTERISK_DIRECTION_PRIORITY",
                "direction.priority",
                at: \.direction.priority,
                .choice,
                "What is asked first: `origin` is the context that a call came from, when the program knows it as internal "
                    + "or external; `dcontext` keeps the order of rules of older connectors."
            ),
            Setting(
                "ASTERISK_EXT_MIN_LENGTH",
                "extension.min_length",
                at: \.direction.extensionMinLength,
                .integer(1...32, of: "digits"),
                "The shortest number that is an extension."
            ),
            Setting(
                "ASTERISK_EXT_MAX_LENGTH",
                "extension.max_length",
                at: \.direction.extensionMaxLength,
                .integer(1...32, of: "digits"),
                "The longest number that is an extension."
            ),
            Setting(
                "ASTERISK_INTL_PREFIXES",
                "international.prefixes",
                at: \.direction.internationalPrefixes,
                .list(of: "digits, or a leading +,", not: "zero") { prefix in
                    let digits = prefix.hasPrefix("+") ? prefix.dropFirst() : prefix[...]
                    return digits.utf8.allSatisfy(ASCII.isDigit) ? prefix : nil
                },
                "What a number to another country begins with."
            ),
            Setting(
                "ASTERISK_E164_ENABLED",
                "international.e164_enabled",
                at: \.direction.e164Enabled,
                .boolean,
                "Whether `+` and 10 to 15 digits is a number to another country."
            ),
            Setting(
                "ASTERISK_ENABLE_CACHE",
                "performance.enable_cache",
                at: \.direction.cacheEnabled,
                .boolean,
                "Whether the results of matching patterns are kept."
            ),
            Setting(
                "ASTERISK_CACHE_TTL",
                "performance.cache_ttl",
                at: \.direction.cacheTTL,
                .seconds(1...604_800),
                "How long such a result is kept."
            ),
            Setting(
                "ASTERISK_DETECT_TRANSFERS",
                "transfer.detect_transfers",
                at: \.direction.detectTransfers,
                .boolean,
                "Whether transferred calls are recognised."
            ),
        ]
    )
}
