/// What Redis says of itself.
package struct RedisInfo: Sendable, Equatable {
    package var version = ""
    package var connectedClients = 0
    /// As Redis writes it, such as `1.20M`.
    package var usedMemory = ""
    package var uptimeSeconds = 0
    package var evictionPolicy = ""
    package var usedBytes = 0
    /// Changes with each start of Redis.
    package var runID = ""

    /// Reads the reply of INFO.
    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "redis_version": version = parts[1]
            case "connected_clients": connectedClients = Int(parts[1]) ?? 0
            case "used_memory": usedBytes = Int(parts[1]) ?? 0
            case "used_memory_human": usedMemory = parts[1]
            case "uptime_in_seconds": uptimeSeconds = Int(parts[1]) ?? 0
            case "maxmemory_policy": evictionPolicy = parts[1]
            case "run_id": runID = parts[1]
            default: break
            }
        }
    }

    /// The first part of the version; 0 when it is unknown.
    package var majorVersion: Int { version.split(separator: ".").first.flatMap { Int($0) } ?? 0 }

    /// Whether Redis may drop keys when its memory is full.
    package var evicts: Bool { !evictionPolicy.isEmpty && evictionPolicy != "noeviction" }
}
