import Basics

/// The counters of a running Asterisk; a restart resets them.
struct PBXNumbering: Sendable {
    private var channels = 0
    private var records = 0
    private var endpoints = 0

    /// `epoch.n`, with the system name as a prefix if there is one.
    mutating func uniqueID(at time: Timestamp, systemName: String?) -> String {
        defer { channels += 1 }
        let id = "\(time.seconds).\(channels)"
        return systemName.map { "\($0)-\(id)" } ?? id
    }

    /// The number of a Cdr object; objects that are never sent have one, too.
    mutating func sequence() -> Int {
        defer { records += 1 }
        return records
    }

    /// The end of a channel's name: eight hexadecimal digits.
    mutating func channelSuffix() -> String {
        defer { endpoints += 1 }
        let digits = String(endpoints, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
