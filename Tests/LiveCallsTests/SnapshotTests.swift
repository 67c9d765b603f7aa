import AMI
import Basics
import TestSupport
import Testing

@testable import LiveCalls

/// Lists and events together.
struct SnapshotTests {
    @Test(arguments: Capture.names)
    func `lists at any point, and the events after it, give the same model`(name: String) throws {
        let events = try Capture(name).events
        var reference = LiveModel()
        for (index, event) in events.enumerated() {
            reference.apply(event)
            // A model that joins here.
            var joined = LiveModel()
            let lists = SnapshotLists(of: reference, at: event.time)
            _ = joined.apply(lists, at: event.time)
            // Lists do not say that a phone rings before its channel does.
            let isClear = !reference.channels.all.contains { reference.channels[$0].hasProgress }
            if isClear, joined.picture() != reference.picture() {
                Issue.record(
                    "after \(index) \(event.event.event.text): \(joined.picture()) and not \(reference.picture())"
                )
            }
            let repairs = reference.apply(lists, at: event.time)
            if !repairs.isEmpty { Issue.record("after \(index): a right model is repaired: \(repairs.map(\.kind))") }
            guard index % 9 == 0 else { continue }
            for later in events[(index + 1)...] { joined.apply(later) }
            var whole = reference
            for later in events[(index + 1)...] { whole.apply(later) }
            if joined.picture() != whole.picture() {
                Issue.record("cut after \(index): \(joined.picture()) and not \(whole.picture())")
            }
            if !joined.brokenInvariants.isEmpty { Issue.record("\(joined.brokenInvariants)") }
        }
    }

    @Test(arguments: Capture.names)
    func `events that are older than a list and come after it change nothing in the end`(name: String) throws {
        let events = try Capture(name).events
        var states: [LiveModel] = [LiveModel()]
        for event in events {
            var next = states[states.count - 1]
            next.apply(event)
            states.append(next)
        }
        let last = states[events.count].picture(withCounts: false)
        for index in stride(from: 0, to: events.count, by: 11) {
            let ahead = min(index + 9, events.count)
            let lists = SnapshotLists(of: states[ahead], at: events[ahead - 1].time)
            for start in [states[index], LiveModel()] {
                var model = start
                _ = model.apply(lists, at: events[ahead - 1].time)
                for event in events[index...] { model.apply(event) }
                if model.picture(withCounts: false) != last {
                    Issue.record(
                        "list \(ahead), events from \(index): \(model.picture(withCounts: false)) and not \(last)"
                    )
                }
                if !model.brokenInvariants.isEmpty { Issue.record("\(model.brokenInvariants)") }
            }
        }
    }

    @Test(arguments: Capture.names)
    func `no event of a session, nor any lost one, breaks an invariant`(name: String) throws {
        let events = try Capture(name).events
        var random = SplitMix64(seed: 7)
        for lost in [0, 10, 3, 2] {
            var model = LiveModel()
            for event in events where lost == 0 || random.next() % UInt64(lost) != 0 {
                model.apply(event)
                let broken = model.brokenInvariants
                if !broken.isEmpty { Issue.record("after \(event.event.event.text): \(broken)") }
            }
            // What was lost is repaired by lists of a PBX without calls.
            _ = model.apply([], of: model.begin(.channels), at: Capture.time(2000))
            #expect(model.channelCount == 0)
            #expect(model.liveCalls.isEmpty)
            #expect(model.brokenInvariants == [])
        }
    }

    @Test func `what a list does not have is lost, unless it began after the list did`() throws {
        var model = LiveModel()
        let events = try Capture("originate-hold-unhold-hangup").events
        for event in events where model.liveCalls.first?.answeredAt == nil { model.apply(event) }
        let before = try #require(model.liveCalls.first)
        let list = model.begin(.channels)
        let fresh = Events.newChannel("PJSIP/1004-00000099", id: "9.9")
        _ = model.apply(fresh, at: Capture.time(600))
        let changes = model.apply([], of: list, at: Capture.time(601))
        #expect(changes.filter { $0.kind == .callEnded }.map(\.id) == [before.id])
        #expect(model.call(before.id[...])?.hangup == LiveCall.Hangup(cause: 0, text: Array("lost".utf8), by: []))
        #expect(model.liveCalls.map(\.id.text) == ["call_9.9"])
    }

    @Test func `a list is complete when it ends and has as many items as it says`() {
        let items = [SnapshotLists.item("CoreShowChannel", [])]
        func end(_ headers: [(String, String)]) -> AMIMessage {
            SnapshotLists.item("CoreShowChannelsComplete", headers)
        }
        #expect(LiveList.isComplete(items, end: end([("EventList", "Complete"), ("ListItems", "1")])))
        #expect(LiveList.isComplete(items, end: end([("EventList", "Complete")])))
        #expect(!LiveList.isComplete(items, end: end([("EventList", "Complete"), ("ListItems", "2")])))
        #expect(!LiveList.isComplete(items, end: end([("ListItems", "1")])))
    }

    @Test func `a later start of the PBX ends all calls`() throws {
        let events = try Capture("originate-hold-unhold-hangup").events
        var model = LiveModel()
        for event in events where model.liveCalls.first?.answeredAt == nil { model.apply(event) }
        let id = try #require(model.liveCalls.first?.id)
        let time = Capture.time(565)
        #expect(model.apply(Events.event("FullyBooted", ["Uptime": "1267"]), at: time).isEmpty, "a login in between")
        let changes = model.apply(Events.event("FullyBooted", ["Uptime": "2"]), at: time)
        #expect(changes.contains { $0.kind == .callEnded && $0.id == id })
        #expect(model.channelCount == 0)
        #expect(model.allBridges.isEmpty)
        #expect(model.brokenInvariants == [])
    }

    @Test func `a blind transfer to a mailbox ends with a list that shows no dial`() throws {
        var model = LiveModel()
        for event in try Capture("blind-transfer-action").events {
            model.apply(event)
            if event.event.event.equals("BlindTransfer") { break }
        }
        let id = LiveModel.id("call_mayday-1")
        #expect(model.call(id)?.state == .transferring)
        for (seconds, state) in [(566, LiveCall.State.transferring), (571, .up)] {
            let time = Capture.time(seconds)
            _ = model.apply(SnapshotLists(of: model, at: time), at: time)
            #expect(model.call(id)?.state == state)
        }
    }

    @Test func `queues and members that a list no longer has are gone`() throws {
        var model = LiveModel()
        let steps = try Capture("queue-agent-pause-add-remove").steps
        for step in steps { model.apply(step) }
        #expect(model.allQueues.map(\.name.text) == ["q600", "q601"])
        let items = [
            SnapshotLists.item("QueueParams", [("Queue", "q601"), ("Strategy", "ringall")]),
            SnapshotLists.item("QueueMember", [("Queue", "q601"), ("Location", "PJSIP/1004")]),
        ]
        let changes = model.apply(items, of: model.begin(.queues), at: Capture.time(700))
        #expect(model.allQueues.map(\.name.text) == ["q601"])
        #expect(model.queue(LiveModel.id("q601"))?.extensions.map(\.text) == ["1004"])
        #expect(model.agent(LiveModel.id("1002"))?.memberships.isEmpty == true)
        let gone = changes.first { $0.id.text == "q600" }
        #expect(gone?.extensions.map(\.text) == ["1002"], "its members learn that it is gone")
    }
}
