import Basics
import Testing

@testable import CallRecords

struct ContextMatcherTests {
    @Test(arguments: [
        ("from-internal", "from-internal", true), ("from-internal", "FROM-Internal", true),
        ("From-Internal", "from-internal", true), ("from-internal", "from-internal-xfer", false),
        ("from-internal", "my-from-internal", false), ("ivr-", "ivr-3", true), ("ivr-", "ivr-", true),
        ("ivr-", "ivr", false), ("ivr-", "my-ivr-3", false), ("ivr-*", "IVR-main", true),
        ("*-trunk", "from-trunk", true), ("*-trunk", "from-trunk-2", false), ("a*c", "abc", true), ("a*c", "ac", true),
        ("a*c", "abcd", false), ("a*a", "a", false), ("a*a", "aa", true), ("*mid*", "the-middle", true),
        ("*mid*", "mi-d", false), ("from-*-site-*-in", "from-a-site-b-in", true),
        ("from-*-site-*-in", "from-a-site-in", false), ("*ab*ab*", "ab", false), ("*ab*ab*", "abab", true),
        ("from-*-", "from-a-b", true), ("from-*-", "from-a", false), ("*", "anything", true), ("*", "", true),
        ("**", "x", true), ("", "", true), ("", "x", false), ("-", "-x", true), ("-", "x", false),
    ])
    func `a pattern fits whole names, beginnings or anything`(pattern: String, name: String, fits: Bool) {
        var custom = ContextPatterns()
        custom.parking = [pattern]
        let classes = ContextMatcher(custom: custom).classes(of: bytes(name))
        #expect(classes.contains(.parking) == fits)
    }

    private static let known: [String: ContextClasses] = [
        "from-internal": [.internal, .outbound], "from-inside-redir": .internal, "from-internal-xfer": .internal,
        "from-internal-noxfer": .internal, "app-blackhole": .internal, "timeconditions": .internal,
        "ext-local": .internal, "from-queue": [.internal, .queue], "from-queue-exten-only": [],
        "ext-queues": .queue, "app-queue": [.internal, .queue], "ivr-3": [.internal, .ivr],
        "app-ivr": [.internal, .ivr], "ext-ivr": .ivr, "macro-dial-one": .internal, "dialOne-with-exten": .internal,
        "dialone-with-exten": .internal, "dial-with-exten": .internal, "trunk-dial-with-exten": .outbound,
        "macro-dialout-trunk": .outbound, "outrt-12": .outbound, "outbound-allroutes": .outbound,
        "from-trunk": .external, "from-pstn": .external, "from-did-direct": .external, "ext-did": .external,
        "from-sip-external": .external, "from-trunk-sip-acme": [], "parkedcalls": .parking, "park-hints": .parking,
        "meetme-1": .conference, "ext-conference": .conference, "app-conference": [.internal, .conference],
        "vm-204": .voicemail, "ext-vm": .voicemail, "macro-exten-vm": [.internal, .voicemail],
        "app-vmmain": [.internal, .voicemail], "agents": [], "": [],
    ]

    @Test(arguments: known)
    func `contexts of FreePBX 16 and 17 are known`(name: String, classes: ContextClasses) {
        #expect(ContextMatcher(.dcontext).classes(of: bytes(name)) == classes)
    }

    @Test(
        arguments: [
            ("SIP-1649701323-incoming", .external), ("incoming-did", .external), ("from-digital", .external),
            ("from-trunk-sip-acme", .external), ("from-pstn-toheader", .external), ("cos-all", .internal),
            ("outgoing", []), ("from-internal", [.internal, .outbound]),
        ] as [(String, ContextClasses)]
    )
    func `with the origin first, more contexts are known`(name: String, classes: ContextClasses) {
        #expect(ContextMatcher(.origin).classes(of: bytes(name)) == classes)
        let isNew = name != "outgoing" && name != "from-internal"
        if isNew { #expect(ContextMatcher(.dcontext).classes(of: bytes(name)) == []) }
    }

    @Test func `with the origin first, a pattern of one's own beats a built-in one of the other side`() {
        var custom = ContextPatterns()
        custom.external = ["from-inside-*", "default", "both"]
        custom.internal = ["from-trunk", "both", "custom-*"]
        func classes(_ name: String, _ priority: DirectionPriority) -> ContextClasses {
            ContextMatcher(custom: custom, priority).classes(of: bytes(name))
        }
        #expect(classes("from-inside-7", .origin) == .external)
        #expect(classes("Default", .origin) == .external)
        #expect(classes("from-trunk", .origin) == .internal)
        #expect(classes("custom-from-trunk", .origin) == .internal)
        #expect(classes("both", .origin) == [.internal, .external])
        #expect(classes("from-internal", .origin) == [.internal, .outbound])
        #expect(classes("from-trunk", .dcontext) == [.internal, .external])
        custom.external = ["from-internal"]
        #expect(classes("from-internal", .origin) == [.external, .outbound], "what it is for else, it still is")
    }

    @Test func `patterns of one's own come beside the built-in ones, in each list`() {
        for (classes, keyPath) in zip(ContextClasses.lists.map(\.classes), ContextPatterns.lists.map(\.keyPath)) {
            var custom = ContextPatterns()
            custom[keyPath: keyPath] = ["site-*-in", "Exact"]
            let matcher = ContextMatcher(custom: custom)
            #expect(matcher.classes(of: bytes("site-7-IN")) == classes)
            #expect(matcher.classes(of: bytes("exact")) == classes)
            #expect(matcher.classes(of: bytes("from-trunk")) == .external)
        }
    }

    @Test func `names that are not UTF-8 are only names`() {
        #expect(ContextMatcher().classes(of: [0xff, 0xfe]) == [])
        #expect(ContextMatcher().classes(of: bytes("outrt-") + [0xff]) == .outbound)
    }
}
