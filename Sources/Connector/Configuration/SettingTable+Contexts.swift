import CallRecords

extension SettingTable {
    static let contexts = SettingGroup(
        title: "Contexts",
        introduction: """
            Contexts of your dialplan, added to those that the program knows. Case does not count, `*` stands for \
            anything, and a name that ends in `-` stands for all that begin so. Lists under several keys add up; \
            a list in `ASTERISK_CUSTOM_CONTEXTS` replaces the one of the JSON file.
            """,
        settings: [
            Setting(
                nil,
                "contexts.internal",
                "contexts.custom_internal",
                at: \.direction.contexts.internal,
                .contextPatterns,
                "Contexts of calls from phones."
            ),
            Setting(
                nil,
                "contexts.external",
                "contexts.custom_external",
                at: \.direction.contexts.external,
                .contextPatterns,
                "Contexts of calls from trunks."
            ),
            Setting(
                nil,
                "contexts.outbound",
                "contexts.custom_outbound",
                at: \.direction.contexts.outbound,
                .contextPatterns,
                "Contexts of calls to trunks."
            ),
            Setting(
                nil,
                "contexts.queue",
                "contexts.custom_queue",
                "queue_ivr.queue_contexts",
                at: \.direction.contexts.queue,
                .contextPatterns,
                "Contexts of queues."
            ),
            Setting(
                nil,
                "contexts.ivr",
                "contexts.custom_ivr",
                "queue_ivr.ivr_contexts",
                at: \.direction.contexts.ivr,
                .contextPatterns,
                "Contexts of voice menus."
            ),
            Setting(
                nil,
                "contexts.conference",
                "contexts.custom_conference",
                at: \.direction.contexts.conference,
                .contextPatterns,
                "Contexts of conferences."
            ),
            Setting(
                nil,
                "contexts.parking",
                "contexts.custom_parking",
                at: \.direction.contexts.parking,
                .contextPatterns,
                "Contexts of parked calls."
            ),
            Setting(
                nil,
                "contexts.voicemail",
                "contexts.custom_voicemail",
                at: \.direction.contexts.voicemail,
                .contextPatterns,
                "Contexts of voicemail."
            ),
            Setting(
                "ASTERISK_CUSTOM_CONTEXTS",
                at: \.contextsFromEnvironment,
                .contexts,
                "The lists above as one JSON object.",
                example: #"{"internal":["from-branch-*"],"external":["from-carrier-7"],"outbound":[]}"#
            ),
        ]
    )
}
