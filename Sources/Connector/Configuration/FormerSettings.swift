/// Settings of the older connector (0.13) that no longer exist, and their replacements.
enum FormerSettings {
    /// Advice for a variable; `nil` when it was not such a setting.
    static func advice(on variable: String) -> String? { table[variable] }

    static let table: [String: String] = {
        var table: [String: String] = [:]
        for (names, advice) in groups {
            for name in names.split(separator: " ") { table[String(name)] = advice }
        }
        return table
    }()

    private static let groups: [(names: String, advice: String)] = [
        ("BATCH_SIZE", "set CDR_BATCH_SIZE"), ("BATCH_TIMEOUT", "set CDR_BATCH_TIMEOUT"),
        ("RECORDINGS_ENABLED", "RECORDING_WATCH_PATHS names the folders; set to nothing it turns recordings off"),
        ("CEL_MODE", "CELs come over AMI; give its user the class call, and load cel_manager"),
        (
            "DB_TYPE DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD DB_DSN DB_TABLE_CDR DB_TABLE_CEL DB_LOOKBACK_HOURS"
                + " CDR_LOOKBACK_MINUTES",
            "no database is read: CDRs and CELs come over AMI, by AMI_HOST, AMI_USERNAME and AMI_PASSWORD"
        ),
        (
            "CDR_CSV_PATH CEL_CSV_PATH",
            "no file of Asterisk is read: CDRs and CELs come over AMI, by AMI_HOST, AMI_USERNAME and AMI_PASSWORD"
        ),
        (
            "TENANT KNOWN_TRUNKS DID_TENANT_MAP ACCOUNTCODE_TENANT_MAP TRUNK_TENANT_MAP CONTEXT_TENANT_MAP"
                + " EXTENSION_TENANT_MAP DID_TENANT_CONFIG",
            "a record has the tenant that the PBX tells: map it to the header Tenant in cdr_manager.conf"
        ),
        (
            "CALL_SHIPPING_MODE CALL_SETTLE_SECONDS CALL_MAX_HOURS LONG_CALL_UPDATE_INTERVAL",
            "each CDR and CEL is sent by itself, joined by linkedid"
        ),
    ]
}
