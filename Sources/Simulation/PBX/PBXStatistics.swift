import Basics

/// The counts of a simulated PBX since it started.
package struct PBXStatistics: Sendable, Equatable {
    /// A number for each kind of frame.
    package struct Counts: Sendable, Equatable {
        /// One lane for each kind; a plain value, so reading the statistics copies it without sharing.
        private var values = SIMD8<Int>()

        package internal(set) subscript(kind: PBXFrameKind) -> Int {
            get { values[Int(kind.rawValue)] }
            set { values[Int(kind.rawValue)] = newValue }
        }

        /// The sum over all kinds.
        package var total: Int { values.wrappedSum() }

        func write(to json: inout JSONWriter) {
            json.beginObject()
            for (key, kind) in Self.keys {
                json.key(key)
                json.integer(self[kind])
            }
            json.endObject()
        }

        private static let keys: KeyValuePairs<StaticString, PBXFrameKind> = [
            "cdr": .cdr, "cel": .cel, "channel": .channel, "agent": .agent, "user": .user,
            "dtmf": .dtmf,
        ]
    }

    /// Generated events.
    package internal(set) var generated = Counts()
    /// Events of which `send()` accepted all bytes, once for each session.
    package internal(set) var sent = Counts()
    package internal(set) var bytesSent = 0
    /// Connections accepted.
    package internal(set) var connections = 0
    /// Accepted logins; `refusedLogins` has the others.
    package internal(set) var logins = 0
    package internal(set) var refusedLogins = 0
    /// Sessions that a fault ended.
    package internal(set) var cuts = 0
    /// Sessions that ended because the client read too slowly.
    package internal(set) var slowReaders = 0
    /// Simulated restarts of Asterisk.
    package internal(set) var restarts = 0
    /// Calls of `send()`; `blockedSends` of them had to wait for room.
    package internal(set) var sends = 0
    package internal(set) var blockedSends = 0
    /// The longest wait for room in a socket.
    package internal(set) var longestBlock: Duration = .zero
    /// The sum of all waits for room.
    package internal(set) var totalBlock: Duration = .zero

    package init() {}

    mutating func addBlock(_ duration: Duration) {
        blockedSends += 1
        longestBlock = max(longestBlock, duration)
        totalBlock += duration
    }

    /// The statistics as one JSON object, durations in microseconds.
    package var json: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("generated")
        generated.write(to: &json)
        json.key("sent")
        sent.write(to: &json)
        for (key, value) in numbers {
            json.key(key)
            json.integer(value)
        }
        json.endObject()
        return json.bytes
    }

    private var numbers: KeyValuePairs<StaticString, Int> {
        [
            "bytes_sent": bytesSent, "connections": connections, "logins": logins, "refused_logins": refusedLogins,
            "cuts": cuts, "slow_readers": slowReaders, "restarts": restarts, "sends": sends,
            "blocked_sends": blockedSends, "longest_block_us": Self.microseconds(longestBlock),
            "total_block_us": Self.microseconds(totalBlock),
        ]
    }

    private static func microseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000)
    }
}
