import AMI
import Basics
import TestSupport

/// Makes calls in a lab, as its user `driver`.
struct AsteriskCalls {
    /// A call: who calls, in which way (an extension of the context `phone`), and whom.
    struct Call: Sendable {
        var phone = "talk"
        let context: String
        let number: String
        let caller: String
    }

    let client: AMIClient

    /// One of each kind that Tests/AsteriskLab/etc/extensions.conf knows.
    static let everyKind = [
        Call(context: "from-internal", number: "101", caller: "\"Alice Agent\" <201>"),
        Call(context: "from-internal", number: "102", caller: "\"Busy Caller\" <202>"),
        Call(context: "from-internal", number: "103", caller: "\"Congested\" <203>"),
        Call(context: "from-internal", number: "104", caller: "\"No Answer\" <204>"),
        Call(phone: "impatient", context: "from-internal", number: "104", caller: "\"Hangs Up\" <205>"),
        Call(context: "from-internal", number: "120", caller: "\"Blindly Transferred\" <206>"),
        Call(context: "from-internal", number: "121", caller: "\"Transferred\" <207>"),
        Call(context: "from-internal", number: "130", caller: "\"One After Another\" <208>"),
        Call(phone: "speak", context: "from-internal", number: "140", caller: "\"Voicemail\" <209>"),
        Call(context: "from-internal", number: "150", caller: "\"Forked\" <210>"),
        Call(context: "from-internal", number: "160", caller: "\"Zoë \"Q\" O'Brien\" <211>"),
        Call(context: "from-internal", number: "170", caller: "\"Parked\" <212>"),
        Call(phone: "brief", context: "from-internal", number: "181", caller: "\"In Conference\" <213>"),
        Call(phone: "brief", context: "from-internal", number: "181", caller: "\"In Conference, too\" <214>"),
        Call(phone: "brief", context: "from-internal", number: "181", caller: "\"李小龍\" <215>"),
        Call(context: "from-internal", number: "4165550199", caller: "\"Out\" <216>"),
        Call(context: "from-internal", number: "01133123456789", caller: "\"Abroad\" <217>"),
        Call(context: "from-trunk", number: "4165551000", caller: "\"Jane Doe\" <4165559876>"),
        Call(context: "from-trunk", number: "4165551000", caller: "<+14165559876>"),
        Call(context: "from-trunk", number: "4165551101", caller: "\"Straße 1\" <+4930123456>"),
        // Cut by Asterisk after 79 bytes, in the middle of a character.
        Call(context: "from-internal", number: "101", caller: "\"\(String(repeating: "äö🙂", count: 12))\" <218>"),
    ]

    func make(_ calls: [Call]) async throws {
        for call in calls { try await make(call) }
    }

    /// Asterisk makes the call by itself; this only asks for it.
    func make(_ call: Call) async throws {
        _ = try await client.send(
            AMIAction(
                "Originate",
                [
                    ("Channel", "Local/\(call.phone)@phone/n"), ("Context", call.context), ("Exten", call.number),
                    ("Priority", "1"), ("CallerID", call.caller), ("Async", "true"), ("Timeout", "20000"),
                ]
            )
        )
    }

    /// Makes `count` short calls, about a hundred a second.
    func makeShort(_ count: Int) async throws {
        for number in 0..<count {
            _ = try await client.send(
                AMIAction(
                    "Originate",
                    [
                        ("Channel", "Local/\(number)@load/n"), ("Application", "Wait"), ("Data", "0.1"),
                        ("CallerID", "\"Load\" <\(1000 + number)>"), ("Async", "true"), ("Timeout", "20000"),
                    ]
                )
            )
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until no channel is left.
    func untilIdle() async throws {
        try await eventually("Asterisk has no channel left", within: .seconds(60)) {
            let reply = try await client.send(AMIAction("Command", [("Command", "core show channels count")]))
            return reply.response.values(of: "Output").contains { $0.text.hasPrefix("0 active channels") }
        }
    }
}
