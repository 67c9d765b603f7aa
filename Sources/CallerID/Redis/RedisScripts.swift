import Redis

/// The rules of `SelectionState` as code in Lua: one call a decision.
enum RedisScripts {
    static let library = RedisFunctionLibrary(
        "callerid",
        shared: text(PackageResources.shared_lua),
        bodies: [
            "select": text(PackageResources.select_lua),
            "lookup": text(PackageResources.lookup_lua),
            "release": text(PackageResources.release_lua),
            "store": text(PackageResources.store_lua),
            "remove": text(PackageResources.remove_lua),
            "merge": text(PackageResources.merge_lua),
            "read": text(PackageResources.read_lua),
            "presence": text(PackageResources.presence_lua),
            "tidy": text(PackageResources.tidy_lua),
        ]
    )

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The version of the keys.
    static let schema = 1
}
