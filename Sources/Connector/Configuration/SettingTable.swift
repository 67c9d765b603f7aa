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

    /// Those that find the spool.
    static let spoolPlace: [Setting] = ["ASTERISK_CONFIG_FILE", "SPOOL_DIR", "SPOOL_MAX_BYTES"].compactMap {
        byVariable[$0]
    }

    /// Those that decide which recordings are uploaded, and the place of the spool, which knows what became of them.
    static let scanning: [Setting] = recordings.settings + spoolPlace

    static let byVariable: [String: Setting] = Dictionary(
        settings.compactMap { setting in setting.variable.map { ($0, setting) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// Environment variables that begin so are taken for ours.
    static let prefixes = ["API_", "AMI_", "CDR_", "ASTERISK_", "RECORDING_", "SPOOL_", "MONITORING_"]
}
