/// All settings there are.
enum SettingTable {
    static let groups: [SettingGroup] = [
        api, ami, general, logging, records, filter, direction, contexts, recordings, spool, monitoring, container,
    ]

    static let settings: [Setting] = groups.flatMap(\.settings)

    /// Those that decide the direction of calls and which of them are left out.
    static let classification: [Setting] = [filter, direction, contexts].flatMap(\.settings)

    /// Those that tell where to ask a connector whether it works.
    static let health: [Setting] = [spool, monitoring].flatMap(\.settings)

    static let byVariable: [String: Setting] = Dictionary(
        settings.compactMap { setting in setting.variable.map { ($0, setting) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// Environment variables that begin so are taken for ours.
    static let prefixes = ["API_", "AMI_", "CDR_", "ASTERISK_", "RECORDING_", "SPOOL_", "MONITORING_"]
}
