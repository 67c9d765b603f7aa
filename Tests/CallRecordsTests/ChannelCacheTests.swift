import AMI
import Basics
import CallRecords
import Testing

struct ChannelCacheTests {
    private let now = Timestamp(seconds: 1_795_224_730)

    private static func event(_ name: String, _ headers: KeyValuePairs<String, String>) -> AMIMessage {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return AMIMessage(Array("Event: \(name)\r\nPrivilege: call,all\r\n\(lines)".utf8)[...])
    }

    private static func newChannel(_ uniqueID: String, _ context: String, linkedID: String? = nil) -> AMIMessage {
        event("Newchannel", ["Context": context, "Uniqueid": uniqueID, "Linkedid": linkedID ?? uniqueID])
    }

    private static func cel(_ name: String, _ uniqueID: String, _ others: (String, String)...) -> AMIMessage {
        let lines = others.map { "\($0.0): \($0.1)\r\n" }.joined()
        let text = "Event: CEL\r\nEventName: \(name)\r\nUniqueID: \(uniqueID)\r\nLinkedID: 1795224725.1\r\n\(lines)"
        return AMIMessage(Array(text.utf8)[...])
    }

    private func memory(of events: [AMIMessage], limits: ChannelCache.Limits = ChannelCache.Limits()) -> ChannelCache {
        var memory = ChannelCache(limits: limits)
        for event in events { memory.learn(event, at: now) }
        return memory
    }

    private func facts(_ memory: ChannelCache, _ uniqueID: String = "1795224725.1") -> ChannelFacts? {
        memory[Array(uniqueID.utf8)[...]]
    }

    @Test func `the first context counts, from Newchannel or from CHAN_START`() {
        let both = memory(of: [
            Self.newChannel("1795224725.1", "from-trunk"), Self.cel("CHAN_START", "1795224725.1", ("Context", "other")),
            Self.cel("ANSWER", "1795224725.1", ("Context", "ivr-1")),
        ])
        #expect(facts(both)?.context == Array("from-trunk".utf8))
        let alone = memory(of: [Self.cel("CHAN_START", "1795224725.1", ("Context", "from-internal"))])
        #expect(facts(alone)?.context == Array("from-internal".utf8))
        let late = memory(of: [Self.cel("ANSWER", "1795224725.1", ("Context", "ivr-1"))])
        #expect(facts(late)?.context == [], "an ANSWER tells where the call is, not where it came from")
        #expect(facts(late)?.linkedID == Array("1795224725.1".utf8))
    }

    @Test func `a queue, its first agent, the dialled number and the parking lot are remembered`() {
        let known = facts(
            memory(of: [
                Self.cel("CHAN_START", "1795224725.1", ("CallerIDdnid", "18005551000")),
                Self.cel("APP_START", "1795224725.1", ("Application", "Queue"), ("AppData", "sales,tT,,,60")),
                Self.cel(
                    "BRIDGE_ENTER",
                    "1795224725.1",
                    ("Application", "Queue"),
                    ("Peer", "PJSIP/201-0000001f,PJSIP/202-1")
                ),
                Self.cel("BRIDGE_ENTER", "1795224725.1", ("Application", "Queue"), ("Peer", "PJSIP/202-1")),
                Self.cel("PARK_START", "1795224725.1", ("Extra", #"{"parking_lot":"default"}"#)),
            ])
        )
        #expect(known?.queue == Array("sales".utf8))
        #expect(known?.answeredBy == Array("PJSIP/201".utf8))
        #expect(known?.dialledNumber == Array("18005551000".utf8))
        #expect(known?.parkingLot == Array("default".utf8))
    }

    /// A queue whose member is a Local channel.
    private static let queued = [
        cel("CHAN_START", "1795224725.1", ("Context", "from-trunk")),
        cel("APP_START", "1795224725.1", ("Application", "Queue"), ("AppData", "sales")),
    ]
    private static let answered = cel(
        "BRIDGE_ENTER",
        "1795224725.1",
        ("Channel", "PJSIP/trunk-00000001"),
        ("Application", "Queue"),
        ("Peer", "Local/201@from-queue-00000002;1")
    )
    /// The half that runs the dialplan and the phone, whichever enters their bridge second.
    private static let bridged = [
        cel(
            "BRIDGE_ENTER",
            "1795224725.4",
            ("Channel", "Local/201@from-queue-00000002;2"),
            ("Application", "Dial"),
            ("Peer", "PJSIP/201-00000005")
        ),
        cel(
            "BRIDGE_ENTER",
            "1795224725.5",
            ("Channel", "PJSIP/201-00000005"),
            ("Application", "AppDial"),
            ("Peer", "Local/201@from-queue-00000002;2")
        ),
    ]

    @Test(arguments: [0, 1], [true, false])
    func `through a Local channel, who answered is the phone behind it`(bridge: Int, isFirst: Bool) {
        let bridged = Self.bridged[bridge]
        let known = memory(of: Self.queued + (isFirst ? [bridged, Self.answered] : [Self.answered, bridged]))
        #expect(facts(known)?.answeredBy == Array("PJSIP/201".utf8))
    }

    @Test func `through several Local channels in a row it is the phone behind the last one`() {
        let first = Self.cel(
            "BRIDGE_ENTER",
            "1795224725.4",
            ("Channel", "Local/201@from-queue-00000002;2"),
            ("Peer", "Local/FMPR-201@from-internal-00000003;1")
        )
        let last = Self.cel(
            "BRIDGE_ENTER",
            "1795224725.6",
            ("Channel", "Local/FMPR-201@from-internal-00000003;2"),
            ("Peer", "PJSIP/4165551234@trunk-00000007")
        )
        for order in [[first, last, Self.answered], [Self.answered, first, last], [last, Self.answered, first]] {
            #expect(facts(memory(of: Self.queued + order))?.answeredBy == Array("PJSIP/4165551234@trunk".utf8))
        }
    }

    @Test func `of a Local channel that leads nowhere, or in a circle, the channel itself is returned`() {
        #expect(facts(memory(of: Self.queued + [Self.answered]))?.answeredBy == Array("Local/201@from-queue".utf8))
        let circle = Self.cel(
            "BRIDGE_ENTER",
            "1795224725.4",
            ("Channel", "Local/201@from-queue-00000002;2"),
            ("Peer", "Local/201@from-queue-00000002;1")
        )
        #expect(
            facts(memory(of: Self.queued + [Self.answered, circle]))?.answeredBy == Array("Local/201@from-queue".utf8)
        )
        let other = Self.cel(
            "BRIDGE_ENTER",
            "1795224725.4",
            ("Channel", "Local/201@from-queue-00000009;2"),
            ("Peer", "PJSIP/209-00000005")
        )
        #expect(
            facts(memory(of: Self.queued + [Self.answered, other]))?.answeredBy == Array("Local/201@from-queue".utf8),
            "of another agent who was called"
        )
    }

    @Test func `the phone behind a Local channel is found over a restart, too`() throws {
        var known = memory(of: Self.queued + [Self.answered])
        var later = ChannelCache()
        for change in known.takeChanges() {
            if let stored = change.facts { later.restore(try #require(ChannelFacts(decoding: stored))) }
        }
        later.learn(Self.bridged[0], at: now)
        #expect(facts(later)?.answeredBy == Array("PJSIP/201".utf8))
    }

    @Test(arguments: [("BLINDTRANSFER", TransferType.blind), ("ATTENDEDTRANSFER", .attended)])
    func `a transfer is remembered of both channels`(event: String, transfer: TransferType) {
        let known = memory(of: [
            Self.newChannel("1795224725.1", "from-internal"), Self.newChannel("1795224725.2", "from-trunk"),
            Self.cel(event, "1795224725.1", ("Extra", #"{"transferee_channel_uniqueid":"1795224725.2"}"#)),
            Self.cel(event, "1795224725.9", ("Extra", #"{"transferee_channel_uniqueid":"N/A"}"#)),
        ])
        #expect(facts(known, "1795224725.1")?.transfer == transfer)
        #expect(facts(known, "1795224725.2")?.transfer == transfer)
        #expect(facts(known, "N/A") == nil)
    }

    @Test func `a channel is forgotten a minute after it ended, not at once`() {
        for end in [
            Self.event("Hangup", ["Uniqueid": "1795224725.1"]), Self.cel("LINKEDID_END", "1795224725.7"),
        ] {
            var memory = memory(of: [Self.newChannel("1795224725.1", "a"), end])
            memory.learn(Self.newChannel("1795224790.1", "b"), at: now.adding(seconds: 60))
            #expect(facts(memory) != nil)
            memory.learn(Self.newChannel("1795224791.1", "b"), at: now.adding(seconds: 61))
            #expect(facts(memory) == nil)
        }
    }

    @Test func `number and age are bounded`() {
        var limits = ChannelCache.Limits()
        limits.channels = 3
        var memory = memory(of: (0..<5).map { Self.newChannel("1795224725.\($0)", "a") }, limits: limits)
        #expect(memory.count == 3)
        #expect(memory.crowdedOut == 2)
        #expect(facts(memory, "1795224725.1") == nil)
        #expect(facts(memory, "1795224725.4") != nil)
        memory.learn(Self.newChannel("1795324725.1", "a"), at: now.adding(seconds: 86_401))
        #expect(memory.count == 1)
    }

    @Test func `only a channel that began after the first one seen is waited for`() {
        let known = memory(of: [Self.newChannel("1795224725.1", "a")])
        #expect(known.mayLearnMore(of: Array("1795224725.2".utf8)[...]))
        #expect(!known.mayLearnMore(of: Array("1795224725.1".utf8)[...]), "it is known")
        #expect(!known.mayLearnMore(of: Array("1795224724.9".utf8)[...]), "its begin was missed")
        #expect(!known.mayLearnMore(of: Array("chosen".utf8)[...]))
        #expect(!ChannelCache().mayLearnMore(of: Array("1795224725.2".utf8)[...]), "nothing tells of begins")
    }

    @Test func `changes are returned once and restore the same`() throws {
        var memory = memory(of: [
            Self.newChannel("1795224725.1", "from-trunk"), Self.newChannel("1795224725.2", "b"),
            Self.cel("BLINDTRANSFER", "1795224725.1", ("CallerIDdnid", "1000")),
        ])
        let changes = memory.takeChanges()
        #expect(memory.takeChanges().isEmpty)
        var restored = ChannelCache()
        for change in changes {
            let stored = try #require(change.facts)
            restored.restore(try #require(ChannelFacts(decoding: stored)))
        }
        var expected = ChannelFacts(uniqueID: Array("1795224725.1".utf8), seenAt: now)
        (expected.linkedID, expected.context) = (Array("1795224725.1".utf8), Array("from-trunk".utf8))
        (expected.dialledNumber, expected.transfer) = (Array("1000".utf8), .blind)
        #expect(facts(restored) == expected)
        #expect(facts(memory) == expected)
        memory.learn(Self.event("Hangup", ["Uniqueid": "1795224725.1"]), at: now)
        memory.learn(Self.newChannel("1795224999.1", "c"), at: now.adding(seconds: 100))
        #expect(memory.takeChanges().first { $0.uniqueID == Array("1795224725.1".utf8) }?.facts == .some(nil))
    }

    @Test func `a CDR carries what was remembered of its channel`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        for event in [
            Self.newChannel("1795224725.7", "from-trunk", linkedID: "1795224725.1"),
            Self.cel("ATTENDEDTRANSFER", "1795224725.7", ("CallerIDdnid", "18005551000")),
        ] {
            #expect(builder.record(of: event, receivedAt: now)?.kind != .cdr)
        }
        let message = CDRTests.message([
            "Source": "4165550000", "Destination": "101", "DestinationContext": "ext-queues",
        ])
        let built = builder.record(of: message, receivedAt: now)
        let record = try #require(built)
        let json = try JSONParser.parse(record.body[...])
        #expect(json["context"] == .string("from-trunk"))
        #expect(json["linkedid"] == .string("1795224725.1"))
        #expect(json["dnid"] == .string("18005551000"))
        #expect(json["direction"] == .string("inbound"))
        #expect(json["direction_metadata"]?["transfer_type"] == .string("attended_transfer"))
        #expect(record.linkedID == Array("1795224725.1".utf8)[...])
    }

    @Test func `a CDR that a filter leaves out gives its reason`() {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let message = CDRTests.message([
            "Destination": "h", "Disposition": "NO ANSWER", "Duration": "0", "BillableSeconds": "0",
        ])
        guard case .filtered(.excludedDestination, _) = builder.outcome(of: message, Receipt(at: now), at: .now) else {
            Issue.record("not filtered")
            return
        }
        var policy = RecordPolicy()
        policy.filters.isEnabled = false
        builder.adopt(policy)
        guard case .record = builder.outcome(of: message, Receipt(at: now), at: .now) else {
            Issue.record("still filtered")
            return
        }
    }
}
