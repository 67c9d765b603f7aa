import AMI
import Basics
import LiveCalls

/// Recorded sessions of Asterisk, repeated as other calls until there are at least 57,000 events.
struct LiveCallsLoad {
    private let messages: [AMIMessage]
    private let frames: [Bytes]
    private let times: [LiveTime]

    /// The number of events.
    var count: Int { messages.count }
    /// The bytes of an event, on average.
    var bytes: Int { frames.reduce(0) { $0 + $1.count } / max(count, 1) }

    init?() {
        let folder = "Tests/Fixtures/live-calls"
        let names = Directory.names(in: folder).filter { $0.hasSuffix(".txt") }.sorted()
        guard !names.isEmpty else { return nil }
        var sessions: [[Bytes]] = []
        for name in names {
            guard let bytes = try? FileContents.read("\(folder)/\(name)") else { return nil }
            var decoder = MessageDecoder(expectsGreeting: true)
            decoder.append(bytes[...])
            var session: [Bytes] = []
            while let message = decoder.next() {
                if message.kind == .event, message[.actionID] == nil { session.append(message.bytes) }
            }
            sessions.append(session)
        }
        var (frames, times, round): ([Bytes], [LiveTime], Int) = ([], [], 0)
        while frames.count < 57_000 {
            for session in sessions {
                for (index, frame) in session.enumerated() {
                    frames.append(Self.renamed(frame, round))
                    let microseconds = round * 20_000_000 + index * 1000
                    let wall = Timestamp(microseconds: 1_795_835_000_000_000 + Int64(microseconds))
                    times.append(LiveTime(monotonic: microseconds, wall: wall))
                }
                round += 1
            }
        }
        self.frames = frames
        self.times = times
        messages = frames.map { AMIMessage($0) }
    }

    /// The event with ids of its own: those that begin with the seconds of the recording, and those that were given.
    private static func renamed(_ frame: Bytes, _ round: Int) -> Bytes {
        var bytes = Array(frame)
        let number = Array("\(10_000 + round % 90_000)".utf8)
        for (old, start) in [(Array("17958".utf8), 0), (Array("mayday-1".utf8), 0), (Array("consult-1".utf8), 1)] {
            var index = 0
            while index + old.count <= bytes.count {
                guard bytes[index] == old[0], bytes[index..<index + old.count].elementsEqual(old) else {
                    index += 1
                    continue
                }
                for place in 0..<5 { bytes[index + start + place] = number[place] }
                index += old.count
            }
        }
        return bytes[...]
    }

    /// Applies all events to a new model.
    ///
    /// - Returns: the number of changes.
    func apply() -> Int {
        var (model, changes) = (LiveModel(), 0)
        for index in messages.indices { changes += model.apply(messages[index], at: times[index]).count }
        return changes
    }

    /// The same from bytes on.
    func decodeAndApply() -> Int {
        var (model, changes) = (LiveModel(), 0)
        for index in frames.indices { changes += model.apply(AMIMessage(frames[index]), at: times[index]).count }
        return changes
    }

    /// Applies all events, and writes each object that changed as JSON.
    func applyAndWrite() -> Int {
        var (model, bytes) = (LiveModel(), 0)
        for index in messages.indices {
            for change in model.apply(messages[index], at: times[index]) {
                var json = JSONWriter(capacity: 2048)
                if !model.writeCall(change.id[...], into: &json, at: times[index]) {
                    model.writeAgent(change.id[...], into: &json)
                }
                bytes += json.bytes.count
            }
        }
        return bytes
    }
}
