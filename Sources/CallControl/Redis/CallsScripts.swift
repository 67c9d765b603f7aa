import Redis

/// What Redis does in one step for `calls`, as code in Lua.
enum CallsScripts {
    static let library = RedisFunctionLibrary(
        "calls",
        bodies: [
            "lead": text(PackageResources.lead_lua),
            "publish": text(PackageResources.publish_lua),
            "write": text(PackageResources.write_lua),
            "leave": text(PackageResources.leave_lua),
        ]
    )

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
