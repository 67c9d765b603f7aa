import AMI
import Basics
import LiveCalls

@testable import Simulation

/// A live exchange, and a model that sees its events as the service does.
struct LiveWatch {
    static let start = Timestamp(seconds: 1_795_835_000)

    var exchange: LiveExchange
    var model = LiveModel()
    var time = start
    /// Header names of what came, by event.
    private(set) var forms: [String: Set<[String]>] = [:]
    /// Kinds of changes, in order.
    private(set) var changes: [LiveChange] = []
    private(set) var events: [AMIMessage] = []

    init(_ options: ExchangeOptions, seed: UInt64 = 1) {
        exchange = LiveExchange(options, seed: seed, at: Self.start)
        _ = compare()
    }

    /// People who always answer at once and talk for ever.
    static var calm: ExchangeOptions {
        var options = ExchangeOptions()
        options.agents = 4
        options.queues = 2
        options.ringSeconds = 1...1
        options.busyOnceIn = 0
        options.unansweredOnceIn = 0
        options.requestedTalkSeconds = 100_000...100_000
        options.talkSeconds = 100_000...100_000
        options.patienceSeconds = 1000...1000
        return options
    }

    var liveTime: LiveTime {
        LiveTime(monotonic: Int(time.microseconds - Self.start.microseconds), wall: time)
    }

    /// Lets time pass, event by event.
    mutating func pass(milliseconds: Int) {
        time = time.adding(.milliseconds(milliseconds))
        take(exchange.advance(to: time))
    }

    /// Sends an action; returns the messages of its answer.
    @discardableResult
    mutating func act(_ lines: String..., write: PBXEventClass = .all) -> [AMIMessage] { act(lines, write: write) }

    @discardableResult
    mutating func act(_ lines: [String], write: PBXEventClass = .all) -> [AMIMessage] {
        let action = PBXAction(lines: (lines + ["ActionID: a-1"]).map { Array($0.utf8)[...] })
        time = time.adding(.milliseconds(1))
        let reply = exchange.answer(action, write: write, at: time)
        take(exchange.takeEvents())
        return Self.messages(reply?.bytes ?? [])
    }

    static func messages(_ bytes: [UInt8]) -> [AMIMessage] {
        var decoder = MessageDecoder(expectsGreeting: false)
        decoder.append(bytes[...])
        var messages: [AMIMessage] = []
        while let message = decoder.next() { messages.append(message) }
        return messages
    }

    private mutating func take(_ frames: FrameSequence) {
        for index in frames.frames.indices {
            let text = frames[index].text
            forms[Self.event(of: text), default: []].insert(Self.names(of: text))
            for message in Self.messages(Array(frames[index])) {
                changes += model.apply(message, at: liveTime)
                events.append(message)
            }
        }
    }

    static func names(of frame: String) -> [String] {
        frame.split(separator: "\r\n").map { String($0.prefix { $0 != ":" }) }
    }

    static func event(of frame: String) -> String {
        let first = frame.split(separator: "\r\n").first { $0.hasPrefix("Event: ") }
        return String(first?.dropFirst("Event: ".count) ?? "")
    }

    /// Applies every list to the model; returns what it changed.
    ///
    /// Left out are averages of queues, which no event tells; where a channel without a partner is in the dialplan, which
    /// is told by Newexten only, so that a hold also seems to last until then; and that a transfer into a queue has
    /// arrived, which the model sees in a later list.
    mutating func compare() -> [String] {
        var differences: [String] = []
        let late: [LiveChange.Kind] = [.callUpdated, .callUnheld, .callTransferred]
        func note(_ kind: LiveList.Kind, _ changes: [LiveChange]) {
            for change in changes where kind != .channels || !late.contains(change.kind) {
                differences.append("\(kind): \(change.kind) of \(change.id[...].text)")
            }
        }
        func items(_ action: String, _ more: [String] = []) -> [AMIMessage] {
            var copy = exchange
            let lines = ["Action: \(action)", "ActionID: l-1"] + more
            let reply = copy.answer(PBXAction(lines: lines.map { Array($0.utf8)[...] }), write: .all, at: time)
            let bytes = Self.text(reply?.bytes ?? [])
            return Self.messages(Array(bytes.utf8)).filter { $0.kind == .event }.dropLast()
        }
        var lists: [(kind: LiveList.Kind, items: [AMIMessage])] = [
            (.channels, items("CoreShowChannels")), (.bridges, items("BridgeList")),
        ]
        for bridge in lists[1].items {
            let id = Array(bridge.value(named: "BridgeUniqueid") ?? [])
            lists.append((.bridge(id), items("BridgeInfo", ["BridgeUniqueid: \(id[...].text)"])))
        }
        lists.append((.parkedCalls, items("ParkedCalls")))
        lists.append((.queues, items("QueueStatus")))
        lists.append((.devices, items("DeviceStateList")))
        lists.append((.hints, items("ExtensionStateList")))
        for (kind, items) in lists { note(kind, model.apply(items, of: model.begin(kind), at: liveTime)) }
        return differences
    }

    /// An answer with averages that never change.
    private static func text(_ bytes: [UInt8]) -> String {
        let varying = ["Holdtime", "TalkTime", "ServicelevelPerf"]
        return bytes[...].text.split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
            let name = String(line.prefix { $0 != ":" })
            return varying.contains(name) ? "\(name): 0" : String(line)
        }.joined(separator: "\r\n")
    }
}
