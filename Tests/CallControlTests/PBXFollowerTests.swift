import AMI
import Basics
import LiveCalls
import TestSupport
import Testing

@testable import CallControl

struct PBXFollowerTests {
    @Test
    func `after a login it knows what is on the PBX, and then follows the events`() async throws {
        let manager = ListingManager()
        try await manager.follow { live in
            try await live.synced()
            #expect(live.calls == ["call_1.1"])
            #expect(manager.asked.prefix(2) == ["CoreStatus", "CoreShowChannels"])
            manager.say("Event: Newchannel\nUniqueid: 2.2\nLinkedid: 2.2\nChannel: PJSIP/1002-2\nChannelState: 4")
            try await eventually("the second call") { live.calls == ["call_1.1", "call_2.2"] }
            manager.say("Event: Hangup\nUniqueid: 1.1\nChannel: PJSIP/1001-1\nCause: 16")
            try await eventually("the end of the first call") { live.calls == ["call_2.2"] }
        }
    }

    @Test
    func `a list that is cut is asked for again, and what is known stays stale until it came whole`() async throws {
        let manager = ListingManager()
        manager.change { $0.cutLists = 2 }
        try await manager.follow { live in
            try await live.synced()
            #expect(live.calls == ["call_1.1"])
            #expect(manager.asked.filter { $0 == "CoreShowChannels" }.count == 3)
        }
    }

    @Test
    func `a list that Asterisk refuses is left out`() async throws {
        let manager = ListingManager()
        manager.change { $0.refused = ["ParkedCalls", "QueueStatus", "CoreStatus"] }
        try await manager.follow { live in
            try await live.synced()
            #expect(live.calls == ["call_1.1"])
        }
    }

    @Test
    func `a call that ended while the connection was lost is gone after the next login`() async throws {
        let manager = ListingManager()
        try await manager.follow { live in
            try await live.synced()
            manager.change { $0.channels = [] }
            manager.hangUp()
            try await eventually("the lost call to be gone") { live.calls.isEmpty }
            try await live.synced()
            #expect(live.client.types.contains("system:ami_down") || live.client.types.contains("system:syncing"))
            #expect(live.client.types.contains("call:ended"))
        }
    }

    @Test
    func `a comparison finds what no event told, and counts it`() async throws {
        let manager = ListingManager()
        let figures = LiveFigures(events: Counter(), repairs: Counter(), syncs: [.timer: Counter()])
        try await manager.follow(interval: .milliseconds(50), figures) { live in
            try await live.synced()
            let times = figures.syncs[.timer]
            try await eventually("two comparisons") { (times?.value ?? 0) >= 2 }
            #expect(figures.repairs.value == 0)
            manager.change { $0.channels = ["3.3"] }
            try await eventually("the repair") { live.calls == ["call_3.3"] }
            #expect(figures.repairs.value > 0)
        }
    }

    @Test
    func `it asks again after a reload of queues`() async throws {
        let manager = ListingManager()
        try await manager.follow { live in
            try await live.synced()
            let before = manager.asked.count
            manager.say("Event: Reload\nModule: app_queue\nStatus: 0")
            try await eventually("the lists again") { manager.asked.count >= before + 7 }
            try await live.synced()
        }
    }
}

extension ListingManager {
    /// Has a live state follow this manager while `body` runs.
    fileprivate func follow(
        interval: Duration = .seconds(3600),
        _ figures: LiveFigures = .unregistered(),
        _ body: @escaping @Sendable (Followed) async throws -> Void
    ) async throws {
        let manager = try listen()
        var ami = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "calls", password: Secret("secret"))
        )
        ami.missingSince = .now()
        ami.backoff = Backoff(base: .milliseconds(10), cap: .milliseconds(20))
        let log = Logger("test", sink: LogSink(level: .error, format: .text))
        let followed = Followed(figures, log)
        var configuration = PBXFollower.Configuration()
        configuration.interval = interval
        configuration.retry = .milliseconds(10)
        let follower = PBXFollower(
            AMIClient(ami, log: log),
            followed.state,
            configuration,
            figures: figures,
            log: log
        )
        try await Basics.run([follower]) { try await body(followed) }
        withExtendedLifetime(manager) {}
    }
}

/// A live state, and a client that sees everything.
private struct Followed: Sendable {
    let state: LiveState
    let client = RecordingClient()

    init(_ figures: LiveFigures, _ log: Logger) {
        let hub = EventHub(reserved: 0) { _, done in done(true) }
        state = LiveState(LiveModel(), hub, figures: figures, log: log)
        hub.listen(
            client,
            EventFilter(),
            after: nil,
            standing: { .viewer(EventViewer(role: .superuser, extension: "")) },
            end: { _ in }
        )
    }

    var calls: [String] { state.state.withLock { $0.model.liveCalls.map { $0.id[...].text } } }

    func synced() async throws {
        try await eventually("the live state to be in step") { !state.sync.isStale }
    }
}
