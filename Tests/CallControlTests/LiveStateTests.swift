import AMI
import Basics
import HTTP
import LiveCalls
import TestSupport
import Testing

@testable import CallControl

struct LiveStateTests {
    @Test
    func `a call is published from its first ring to its end, to those who have a part in it`() throws {
        let live = Live()
        try live.play("originate-hold-unhold-hangup")
        let types = live.client.types
        #expect(types.first?.hasPrefix("call:") == true)
        #expect(types.contains("call:established") && types.contains("call:ended"))
        #expect(types.contains("agent:status"))
        // The same under the other name that clients know.
        #expect(types.count { $0 == "agent:status" } == types.count { $0 == "extension:status" })
        let calls = try live.client.events.filter { $0.type.hasPrefix("call:") }.map {
            try JSONParser.parse($0.json[...])
        }
        for call in calls {
            #expect(call["callId"]?.string == call["data"]?["callId"]?.string)
            #expect(call["redisKey"]?.string == "call:" + (call["callId"]?.string ?? ""))
            #expect(call["v"]?.integer == 1 && call["timestamp"]?.integer != nil)
        }
        #expect(live.state.state.withLock { $0.model.liveCalls.isEmpty })
    }

    @Test
    func `a list in the stream is applied at its place`() throws {
        let live = Live()
        let outcome = live.state.expect(.channels, .login)
        live.events(
            "Event: Newchannel\nUniqueid: 1.1\nLinkedid: 1.1\nChannel: PJSIP/1001-1\nChannelState: 0",
            "Event: Hangup\nUniqueid: 1.1\nChannel: PJSIP/1001-1\nCause: 16",
            "Event: CoreShowChannel\nActionID: 7\nUniqueid: 2.2\nLinkedid: 2.2\nChannel: PJSIP/1002-2\nChannelState: 6",
            "Event: CoreShowChannelsComplete\nActionID: 7\nEventList: Complete\nListItems: 1",
            "Event: Hangup\nUniqueid: 2.2\nChannel: PJSIP/1002-2\nCause: 16"
        )
        #expect(outcome.fulfilled == true)
        // A list behind the Hangup would have brought the channel back.
        #expect(live.state.state.withLock { $0.model.channelCount } == 0)
        #expect(live.client.types.filter { $0 == "call:ended" }.count == 2)
    }

    @Test
    func `a list that is cut, or not asked for, changes nothing`() throws {
        let live = Live()
        let outcome = live.state.expect(.channels, .login)
        let item =
            "Event: CoreShowChannel\nActionID: 7\nUniqueid: 2.2\nLinkedid: 2.2\nChannel: PJSIP/1002-2\nChannelState: 6"
        let end = "Event: CoreShowChannelsComplete\nActionID: 7\nEventList: Complete\nListItems: "
        live.events(item, end + "2")
        #expect(outcome.fulfilled == false)
        live.events(item, end + "1")
        #expect(live.state.state.withLock { $0.model.channelCount } == 0)
        let lost = live.state.expect(.channels, .login)
        live.events(item)
        live.state.dropList()
        #expect(lost.fulfilled == false)
    }

    @Test
    func `a list asked for anew takes the place of the one before`() {
        let live = Live()
        let first = live.state.expect(.channels, .login)
        let second = live.state.expect(.channels, .retry)
        #expect(first.fulfilled == false && second.fulfilled == nil)
    }

    @Test
    func `another start of Asterisk ends all calls`() {
        let live = Live()
        live.state.noteRestart(Array("2026-11-29 10:00".utf8))
        live.events("Event: Newchannel\nUniqueid: 1.1\nLinkedid: 1.1\nChannel: PJSIP/1001-1\nChannelState: 6")
        live.state.noteRestart(Array("2026-11-29 10:00".utf8))
        #expect(!live.client.types.contains("call:ended"))
        live.state.noteRestart(Array("2026-11-29 11:00".utf8))
        #expect(live.client.types.contains("call:ended"))
    }

    @Test(arguments: [
        ("Event: FullyBooted\nStatus: Fully Booted", SyncReason.booted),
        ("Event: Reload\nModule: app_queue.so\nStatus: 0", .reload), ("Event: Reload\nModule: All\nStatus: 0", .reload),
        ("Event: Reload\nModule: cdr\nStatus: 0", nil), ("Event: Hangup\nUniqueid: 9.9", nil),
    ])
    func `a start of Asterisk and a reload of queues make the lists necessary`(event: String, reason: SyncReason?) {
        #expect(Live().events(event) == reason)
    }

    @Test
    func `a queue is published four times a second at most, and its last state always`() throws {
        let live = Live()
        let member =
            "Event: QueueMemberStatus\nQueue: sales\nInterface: PJSIP/1001\nMemberName: Anna\nStatus: 1\nPaused: "
        live.events(
            "Event: QueueMemberAdded\nQueue: sales\nInterface: PJSIP/1001\nMemberName: Anna\nStatus: 1\nPaused: 0"
        )
        for number in 0..<20 { live.events(member + "\(number % 2)") }
        #expect(live.queueEvents.count == 1)
        let before = live.state.clock.now().monotonic
        while live.state.clock.now().monotonic - before < 300_000 { live.state.advance() }
        #expect(live.queueEvents.count == 2)
        let last = try #require(live.queueEvents.last)
        #expect(try JSONParser.parse(last.json[...])["data"]?["paused"]?.integer == 1)
    }

    @Test
    func `clients learn when the state is no longer known, and when it is again`() {
        let live = Live()
        live.state.setSync(.syncing(.login))
        live.state.setSync(.syncing(.booted))
        live.state.setSync(.synced(at: .now()))
        live.state.setSync(.synced(at: .now()))
        live.state.setSync(.down(since: .now()))
        #expect(live.client.types == ["system:syncing", "system:synced", "system:ami_down"])
    }
}

/// A live state, and a client that sees everything.
struct Live {
    let state: LiveState
    let client = RecordingClient()

    init(history: HistoryBuffer? = nil) {
        let hub = EventHub(reserved: 0) { _, done in done(true) }
        let log = Logger("test", sink: LogSink(level: .error, format: .text))
        state = LiveState(LiveModel(), hub, history: history, log: log)
        hub.listen(
            client,
            EventFilter(),
            after: nil,
            standing: { .viewer(EventViewer(role: .superuser, extension: "")) }
        ) {
            _ in
        }
    }

    @discardableResult
    func events(_ texts: String...) -> SyncReason? {
        var batch = EventBatch(receivedAt: .now())
        for text in texts {
            batch.append(Array((text.split(separator: "\n").map { $0 + "\r\n" }.joined() + "\r\n").utf8)[...])
        }
        return state.apply(batch)
    }

    /// Feeds all events of a capture.
    func play(_ name: String) throws {
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("live-calls/\(name).txt")[...])
        var batch = EventBatch(receivedAt: .now())
        while let message = decoder.next() { if message.kind == .event { batch.append(message.bytes) } }
        _ = state.apply(batch)
    }

    var queueEvents: [PushedEvent] { client.events.filter { $0.type == "queue:activity" } }
}

/// A client that keeps all it gets.
final class RecordingClient: EventClient {
    private let kept = Lock<[PushedEvent]>([])

    let waiting = 0
    var events: [PushedEvent] { kept.withLock { $0.unshared } }
    var types: [String] { events.map(\.type) }

    func send(_ event: PushedEvent) -> Bool {
        kept.withLock { $0.append(event) }
        return true
    }
}
