import Basics
package import Daemon

extension DirectionConfiguration {
    package static let settings = SettingGroup<DirectionConfiguration>(
        title: "Direction of calls",
        introduction: "What decides whether a call is inbound, outbound or internal.",
        prefixes: ["ASTERISK_"],
        settings: [
            Setting(
                "ASTERISK_DIRECTION_PRIORITY",
                "direction.priority",
                at: \.priority,
                .choice,
                "What is asked first: `origin` is the context that a call came from, when the program knows it as internal "
                    + "or external; `dcontext` keeps the order of rules of older connectors."
            ),
            Setting(
                "ASTERISK_EXT_MIN_LENGTH",
                "extension.min_length",
                at: \.extensionMinLength,
                .integer(1...32, of: "digits"),
                "The shortest number that is an extension."
            ),
            Setting(
                "ASTERISK_EXT_MAX_LENGTH",
                "extension.max_length",
                at: \.extensionMaxLength,
                .integer(1...32, of: "digits"),
                "The longest number that is an extension."
            ),
            Setting(
                "ASTERISK_INTL_PREFIXES",
                "international.prefixes",
                at: \.internationalPrefixes,
                .list(of: "digits, or a leading +,", not: "zero") { prefix in
                    let digits = prefix.hasPrefix("+") ? prefix.dropFirst() : prefix[...]
                    return digits.utf8.allSatisfy(ASCII.isDigit) ? prefix : nil
                },
                "What a number to another country begins with."
            ),
            Setting(
                "ASTERISK_E164_ENABLED",
                "international.e164_enabled",
                at: \.e164Enabled,
                .boolean,
                "Whether `+` and 10 to 15 digits is a number to another country."
            ),
            Setting(
                "ASTERISK_ENABLE_CACHE",
                "performance.enable_cache",
                at: \.cacheEnabled,
                .boolean,
                "Whether the results of matching patterns are kept."
            ),
            Setting(
                "ASTERISK_CACHE_TTL",
                "performance.cache_ttl",
                at: \.cacheTTL,
                .seconds(1...604_800),
                "How long such a result is kept."
            ),
            Setting(
                "ASTERISK_DETECT_TRANSFERS",
                "transfer.detect_transfers",
                at: \.detectTransfers,
                .boolean,
                "Whether transferred calls are recognised."
            ),
        ],
        rules: { direction, rules in
            let (shortest, longest) = (direction.extensionMinLength, direction.extensionMaxLength)
            guard shortest > longest else { return }
            rules.refuse(
                .contradiction(
                    "ASTERISK_EXT_MIN_LENGTH is \(shortest) and ASTERISK_EXT_MAX_LENGTH is \(longest); "
                        + "set the minimum to at most the maximum"
                )
            )
        }
    )
}
