import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

struct EventHubTests {
    @Test
    func `a client gets what comes, in order, and its rooms and types only`() throws {
        let hub = Hub()
        let (all, queues, one) = (Client(), Client(), Client())
        hub.listen(all)
        hub.listen(queues, try EventFilter(types: "queue", rooms: nil))
        hub.listen(one, try EventFilter(types: nil, rooms: "call:call_2,extension:1009"))
        hub.publish("call:ringing", ["1001"], "call_1")
        hub.publish("call:ringing", ["1002"], "call_2")
        hub.publish("queue:activity", ["1001"], "sales")
        hub.publish("agent:status", ["1009"], "1009")
        #expect(all.types == ["call:ringing", "call:ringing", "queue:activity", "agent:status"])
        #expect(all.ids == all.ids.sorted() && Set(all.ids).count == 4)
        #expect(queues.types == ["queue:activity"])
        #expect(one.types == ["call:ringing", "agent:status"])
    }

    @Test
    func `rights are those of the moment, against the audience that the event had`() {
        let hub = Hub()
        let role = Lock(EventViewer(role: .agent, extension: "1001"))
        let client = Client()
        hub.listen(client) { .viewer(role.withLock { $0 }) }
        hub.publish("call:ringing", ["1001", "1002"], "call_1")
        hub.publish("call:ended", ["1002"], "call_1")
        hub.publish("system:synced", [], "", scope: .all)
        hub.publish("ami:event", ["1001"], "", scope: .superusers)
        #expect(client.types == ["call:ringing", "system:synced"])
        role.withLock { $0 = EventViewer(role: .manager, extension: "") }
        hub.publish("call:ended", ["1002"], "call_2")
        #expect(client.types == ["call:ringing", "system:synced", "call:ended"])
        // A replay shows an agent nothing that was not for it then.
        let later = Client()
        hub.listen(later, after: hub.first) { .viewer(EventViewer(role: .agent, extension: "1002")) }
        later.takeAll(of: hub.hub)
        #expect(later.types == ["call:ringing", "call:ended", "system:synced", "call:ended"])
    }

    @Test
    func `a user without an extension sees no event that has none`() {
        let hub = Hub()
        let client = Client()
        hub.listen(client) { .viewer(EventViewer(role: .agent, extension: "")) }
        hub.publish("call:ringing", [""], "call_1")
        hub.publish("call:ringing", [], "call_2")
        #expect(client.types.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `a client that comes back anywhere misses nothing and gets nothing twice`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let hub = Hub()
        let client = Client()
        hub.listen(client)
        var (received, expected): ([Int], [Int]) = ([], [])
        var isThere = true
        for _ in 0..<3000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0 where isThere:
                received += client.take(.random(in: 0...client.waiting, using: &random))
                client.loseAll()
                hub.hub.leave(client)
                isThere = false
            case 1 where !isThere:
                hub.listen(client, after: received.last ?? hub.first)
                isThere = true
            case 2, 3, 4, 5:
                guard isThere else { continue }
                received += client.take(.random(in: 0...client.waiting, using: &random))
                if client.waiting == 0 { hub.hub.goOn(client) }
            default:
                hub.publish("call:updated", ["1001"], "call_1")
                expected.append(hub.hub.last)
            }
        }
        if !isThere { hub.listen(client, after: received.last ?? hub.first) }
        received += client.takeAll(of: hub.hub)
        #expect(received == expected)
    }

    @Test
    func `a number that is not known any more, or none yet, brings a gap and then what comes`() {
        let hub = Hub(EventLog.Limits(events: 10, bytes: 1 << 20))
        for number in 0..<30 { hub.publish("call:updated", ["1001"], "call_\(number)") }
        for position in [hub.first, hub.first + 19, hub.hub.last + 1000, .max, 0, -1] {
            let client = Client()
            hub.listen(client, after: position)
            client.takeAll(of: hub.hub)
            #expect(client.types == ["system:gap"], "\(position)")
            hub.publish("call:ended", ["1001"], "call_1")
            #expect(client.types == ["system:gap", "call:ended"], "\(position)")
        }
        let client = Client()
        hub.listen(client, after: hub.hub.last - 10)
        client.takeAll(of: hub.hub)
        #expect(client.types.count == 10 && !client.types.contains("system:gap"))
    }

    @Test
    func `the log is bounded in bytes too`() {
        let hub = Hub(EventLog.Limits(events: 1000, bytes: 20_000))
        for number in 0..<100 { hub.publish("call:updated", ["1001"], "call_\(number)") }
        let client = Client()
        hub.listen(client, after: hub.hub.last - 60)
        #expect(client.types == ["system:gap"])
    }

    @Test
    func `a client that takes little of a long replay is overtaken, and told so`() {
        let hub = Hub(EventLog.Limits(events: 100, bytes: 1 << 20))
        for number in 0..<100 { hub.publish("call:updated", ["1001"], "call_\(number)") }
        let client = Client()
        hub.listen(client, after: hub.first)
        #expect(client.waiting == 32)
        for number in 0..<100 { hub.publish("call:updated", ["1001"], "call_\(number)") }
        client.takeAll(of: hub.hub)
        #expect(client.types.last == "system:gap")
        hub.publish("call:ended", ["1001"], "call_1")
        #expect(client.types.last == "call:ended")
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `a client that asks for other rooms misses nothing of them and gets nothing twice`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (hub, client) = (Hub(), Client())
        let rooms = ["call:call_0", "call:call_1", "call:call_2", "extension:1001", "all"]
        hub.listen(client)
        var (received, published): ([Int], [(id: Int, call: Int)]) = ([], [])
        var (filter, wanted): (EventFilter, Set<Int>) = (EventFilter(), [])
        for _ in 0..<400 {
            switch Int.random(in: 0..<30, using: &random) {
            case 0:
                filter.rooms = Set(rooms.shuffled(using: &random).prefix(2).compactMap { EventFilter.Room($0) })
                let after = Bool.random(using: &random) ? published.randomElement(using: &random)?.id : nil
                // What it has not got yet of the rooms before is not asked for any more.
                wanted.formIntersection(client.ids)
                hub.hub.ask(client, after: after) { _ in filter }
                if let after {
                    wanted.formUnion(published.filter { $0.id > after && filter.has($0.call) }.map(\.id))
                }
            case 1, 2, 3:
                received += client.take(.random(in: 0...client.waiting, using: &random))
                if client.waiting == 0 { hub.hub.goOn(client) }
            default:
                let call = Int.random(in: 0..<4, using: &random)
                hub.publish("call:updated", call == 3 ? ["1001"] : [], "call_\(call)")
                published.append((hub.hub.last, call))
            }
        }
        received += client.takeAll(of: hub.hub)
        // A gap has the number of the last event.
        let events = zip(client.types, client.ids).filter { $0.0 != "system:gap" }.map(\.1)
        #expect(Set(events).count == events.count)
        let isGap = client.types.contains("system:gap")
        #expect(isGap || wanted.isSubset(of: received), "\(wanted.subtracting(received).count) are missing")
    }

    @Test
    func `the end of a login ends the stream with its reason`() {
        let hub = Hub()
        let standing = Lock(HubListener.Standing.viewer(EventViewer(role: .admin, extension: "")))
        let client = Client()
        hub.listen(client) { standing.withLock { $0 } }
        hub.hub.checkLogins()
        #expect(client.end == nil)
        standing.withLock { $0 = .ended(code: "TOKEN_EXPIRED") }
        hub.publish("call:ended", ["1001"], "call_1")
        #expect(client.types.isEmpty && client.end == "TOKEN_EXPIRED")
        let idle = Client()
        hub.listen(idle) { .ended(code: "TOKEN_REVOKED") }
        hub.hub.checkLogins()
        #expect(idle.end == "TOKEN_REVOKED")
    }

    @Test
    func `numbers begin above all that earlier runs reserved, and a block is stored before it is used`() {
        let now = Timestamp(seconds: 1_795_835_000)
        let reserved = Lock<[Int]>([])
        func hub(above number: Int) -> EventHub {
            EventHub(
                reserved: number,
                now: { now },
                reserve: { upTo, done in
                    reserved.withLock { $0.append(upTo) }
                    done(true)
                }
            )
        }
        let first = hub(above: 0)
        #expect(first.last == 1_795_835_000_000_000)
        first.publish("call:ended", to: EventAudience()) { _ in }
        #expect(reserved.withLock { $0 } == [1_795_835_000_000_001 + EventNumbers.block])
        // The clock ran back: the number does not.
        let second = hub(above: 1_795_835_999_000_000)
        second.publish("call:ended", to: EventAudience()) { _ in }
        #expect(second.last == 1_795_835_999_000_001)
    }

    @Test(arguments: ["extension:", "room", "call", ":1001", "lobby:1", "queue:" + String(repeating: "q", count: 256)])
    func `what names no room is refused`(room: String) {
        #expect(throws: RequestFailure.self) { try EventFilter(types: nil, rooms: room) }
    }

    @Test
    func `too many rooms or types are refused`() {
        let many = (0...EventFilter.most).map { "call:call_\($0)" }.joined(separator: ",")
        #expect(throws: RequestFailure.self) { try EventFilter(types: nil, rooms: many) }
        #expect(throws: RequestFailure.self) { try EventFilter(types: many, rooms: nil) }
    }
}

extension EventFilter {
    /// Whether it has the events of a call; the call 3 is that of the extension 1001.
    fileprivate func has(_ call: Int) -> Bool {
        rooms.contains(.all) || rooms.contains(.call(Array("call_\(call)".utf8)))
            || call == 3 && rooms.contains(.extension(Array("1001".utf8)))
    }
}

/// A hub with short ways to use it.
private struct Hub {
    let hub: EventHub
    let first: Int

    init(_ limits: EventLog.Limits = EventLog.Limits()) {
        hub = EventHub(reserved: 0, limits: limits) { _, done in done(true) }
        first = hub.last
    }

    func publish(_ type: String, _ extensions: [String], _ object: String, scope: EventAudience.Scope = .staff) {
        let audience = EventAudience(
            scope: scope,
            extensions: extensions.map { Array($0.utf8) },
            object: Array(object.utf8)
        )
        hub.publish(type, to: audience) { json in json.required("data", object) }
    }

    func listen(
        _ client: Client,
        _ filter: EventFilter = EventFilter(),
        after position: Int? = nil,
        standing: @escaping @Sendable () -> HubListener.Standing = {
            .viewer(EventViewer(role: .admin, extension: ""))
        }
    ) {
        hub.listen(client, filter, after: position, standing: standing) { [weak client] in client?.ended($0) }
    }
}

/// A client in memory, which takes events when it is told to.
private final class Client: EventClient {
    private struct State {
        var queue: [PushedEvent] = []
        var taken: [PushedEvent] = []
        var end: String?
    }

    private let state = Lock(State())

    var waiting: Int { state.withLock { $0.queue.count } }
    var end: String? { state.withLock { $0.end } }
    /// Of all events, taken or not.
    var types: [String] { state.withLock { ($0.taken + $0.queue).map(\.type) } }
    var ids: [Int] { state.withLock { ($0.taken + $0.queue).map(\.id) } }

    func send(_ event: PushedEvent) -> Bool {
        state.withLock { $0.queue.append(event) }
        return true
    }

    func ended(_ code: String) { state.withLock { $0.end = code } }
    func loseAll() { state.withLock { $0.queue = [] } }

    /// Takes some of what waits; returns the numbers.
    func take(_ count: Int) -> [Int] {
        state.withLock { state in
            let taken = state.queue.prefix(count)
            state.taken += taken
            state.queue.removeFirst(taken.count)
            return taken.map(\.id)
        }
    }

    @discardableResult
    func takeAll(of hub: EventHub) -> [Int] {
        var all: [Int] = []
        repeat {
            all += take(waiting)
            hub.goOn(self)
        } while waiting > 0
        return all
    }
}
