import Basics

/// Builds one call: changes its channels, bridges and Cdr objects, and writes the events that Asterisk would send.
///
/// A value without I/O or clock: the same random numbers, counters and start give the same bytes. The extensions have
/// the steps, `CallScripts` has the calls made of them.
struct CallBuilder {
    let dialect: PBXDialect
    var random: SplitMix64
    var numbering: PBXNumbering
    /// The simulated time; each event advances it by less than a millisecond.
    private(set) var clock: Timestamp
    private(set) var frames = FrameSequence()
    var channels: [PBXChannel] = []
    var bridges: [PBXBridge] = []
    var records: [PBXCallRecord] = []
    /// Whether the call is only played to measure its length; nothing is written then.
    private let isRehearsal: Bool

    init(dialect: PBXDialect, random: SplitMix64, numbering: PBXNumbering, start: Timestamp, isRehearsal: Bool) {
        self.dialect = dialect
        self.random = random
        self.numbering = numbering
        self.isRehearsal = isRehearsal
        clock = start
    }

    /// Advances the simulated time.
    mutating func pass(seconds range: ClosedRange<Int>) {
        let microseconds = random.pick(range) * 1_000_000 + random.pick(0...999_999)
        clock = Timestamp(microseconds: clock.microseconds + Int64(microseconds))
    }

    /// Writes an event: the common headers, then those of `body`.
    mutating func emit(_ event: String, _ kind: PBXFrameKind, _ body: (inout [UInt8]) -> Void) {
        clock = Timestamp(microseconds: clock.microseconds + Int64(random.pick(8...400)))
        guard !isRehearsal else { return }
        frames.append(kind, at: clock) { bytes in
            dialect.appendStart(of: event, kind, at: clock, to: &bytes)
            body(&bytes)
            bytes.appendLineEnd()
        }
    }

    /// Writes an event about one channel.
    mutating func emit(_ event: String, about index: Int, _ more: (inout [UInt8]) -> Void = { _ in }) {
        let channel = channels[index]
        emit(event, .channel) { bytes in
            channel.append(to: &bytes)
            more(&bytes)
        }
    }

    mutating func emitDeviceState(of index: Int, _ state: String) {
        let device = channels[index].device
        emit("DeviceStateChange", .channel) { bytes in
            bytes.appendHeader("Device", device)
            bytes.appendHeader("State", state)
        }
    }

    /// Writes a CEL; the headers are in the order of cel_manager.c.
    mutating func emitCEL(_ name: String, on index: Int, peer: String = "", extra: String = "") {
        let channel = channels[index]
        let isStart = name == "CHAN_START"
        let number = isStart ? "" : channel.party.number
        let dialect = dialect
        let time = clock
        emit("CEL", .cel) { bytes in
            bytes.appendHeader("EventName", name)
            bytes.appendHeader("AccountCode", channel.party.account)
            bytes.appendHeader("CallerIDnum", number)
            bytes.appendHeader("CallerIDname", isStart ? "" : channel.party.name)
            bytes.appendHeader("CallerIDani", number)
            bytes.appendHeader("CallerIDrdnis", "")
            bytes.appendHeader("CallerIDdnid", "")
            bytes.appendHeader("Exten", channel.exten)
            bytes.appendHeader("Context", channel.context)
            bytes.appendHeader("Channel", channel.name)
            bytes.appendHeader("Application", channel.application)
            bytes.appendHeader("AppData", channel.applicationData)
            dialect.appendLocalTime("EventTime", time, to: &bytes)
            bytes.appendHeader("AMAFlags", "DOCUMENTATION")
            bytes.appendHeader("UniqueID", channel.uniqueID)
            bytes.appendHeader("LinkedID", channel.linkedID)
            bytes.appendHeader("Userfield", "")
            bytes.appendHeader("Peer", peer)
            bytes.appendHeader("PeerAccount", channel.peerAccount)
            bytes.appendHeader("Extra", extra)
        }
    }

    /// Compact JSON for the `Extra` of a CEL; all values are strings.
    static func extra(_ members: KeyValuePairs<StaticString, String>) -> String {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in members {
            json.key(name)
            json.string(value)
        }
        json.endObject()
        return json.text
    }
}
