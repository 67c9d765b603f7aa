import Basics
import TestSupport
import Testing

@testable import SocketIO

struct PacketTests {
    private func bytes(_ text: String) -> Bytes { Array(text.utf8)[...] }

    @Test func `packets of Engine.IO are a digit and text`() throws {
        for kind in EnginePacket.Kind.allCases {
            let packet = EnginePacket(kind, bytes("probe"))
            #expect(packet.encoded[...].text == "\(kind.rawValue)probe")
            #expect(try EnginePacket(decoding: packet.encoded[...]) == packet)
        }
        for text in ["", "7", "a", "/", "\u{1e}", "é"] {
            #expect(throws: SocketIOFlaw.malformed) { try EnginePacket(decoding: bytes(text)) }
        }
        #expect(throws: SocketIOFlaw.binary) { try EnginePacket(decoding: bytes("bAQI=")) }
    }

    @Test func `a body has up to 16 packets`() throws {
        let two = try EnginePayload.packets(bytes("41\u{1e}1"))
        #expect(two == [EnginePacket(.message, bytes("1")), EnginePacket(.close)])
        #expect(EnginePayload.body(two.map(\.encoded))[...].text == "41\u{1e}1")
        let many = [String](repeating: "3", count: 16).joined(separator: "\u{1e}")
        #expect(try EnginePayload.packets(bytes(many)).count == 16)
        for text in ["", "\u{1e}", "3\u{1e}", "\u{1e}3", many + "\u{1e}3"] {
            #expect(throws: SocketIOFlaw.malformed) { try EnginePayload.packets(bytes(text)) }
        }
        #expect(throws: SocketIOFlaw.malformed) { try EnginePayload.packets([0x34, 0xff]) }
        #expect(throws: SocketIOFlaw.binary) { try EnginePayload.packets(bytes("3\u{1e}b/w==")) }
    }

    private static let packets: [(text: String, packet: SocketIOPacket)] = [
        ("0", SocketIOPacket(.connect)),
        (#"0{"token":"T"}"#, SocketIOPacket(.connect, data: .object([.init(name: "token", value: .string("T"))]))),
        ("0/admin,{}", SocketIOPacket(.connect, namespace: "/admin", data: .object([]))),
        ("0/admin,", SocketIOPacket(.connect, namespace: "/admin")),
        ("1", SocketIOPacket(.disconnect)),
        ("1/admin,", SocketIOPacket(.disconnect, namespace: "/admin")),
        (
            #"2["a",1,{"b":null}]"#,
            SocketIOPacket(
                .event,
                data: .array([.string("a"), .integer(1), .object([.init(name: "b", value: .null)])])
            )
        ),
        (#"212["é"]"#, SocketIOPacket(.event, id: 12, data: .array([.string("é")]))),
        (#"2/admin,0["a"]"#, SocketIOPacket(.event, namespace: "/admin", id: 0, data: .array([.string("a")]))),
        ("31[true]", SocketIOPacket(.acknowledgement, id: 1, data: .array([.boolean(true)]))),
        (
            #"4{"message":"m"}"#,
            SocketIOPacket(.connectError, data: .object([.init(name: "message", value: .string("m"))]))
        ),
    ]

    @Test(arguments: packets.indices)
    func `packets of Socket.IO are read as they are written`(index: Int) throws {
        let (text, packet) = Self.packets[index]
        #expect(try SocketIOPacket(decoding: bytes(text)) == packet)
        #expect(packet.encoded[...].text == "4" + text)
    }

    @Test func `an admin namespace needs no comma at its end`() throws {
        #expect(try SocketIOPacket(decoding: bytes("0/admin")) == SocketIOPacket(.connect, namespace: "/admin"))
    }

    @Test func `what is no packet is refused`() {
        let malformed = [
            "", "7", "a", "/", "01", "0[]", "0x", #"0"a""#, "1{}", "11", "2", "2{}", "2[]", "2[1]", #"2["a""#,
            #"2["a"]x"#,
            "3[]", "31", "31{}", "4", "4[]", "2/\(String(repeating: "n", count: 128)),[\"a\"]",
            #"21234567890123456["a"]"#,
            #"2-1["a"]"#, "2\(String(repeating: "[", count: 200))",
        ]
        for text in malformed {
            #expect(throws: SocketIOFlaw.malformed, "\(text)") { try SocketIOPacket(decoding: bytes(text)) }
        }
        for text in [#"51-["a",{"_placeholder":true,"num":0}]"#, "61-2[]", "5", "6"] {
            #expect(throws: SocketIOFlaw.binary, "\(text)") { try SocketIOPacket(decoding: bytes(text)) }
        }
        #expect(throws: SocketIOFlaw.malformed) { try SocketIOPacket(decoding: [0x32, 0x5b, 0x22, 0xff, 0x22, 0x5d]) }
    }

    @Test func `every beginning of a packet is read or refused`() {
        for (text, _) in Self.packets {
            let packet = bytes(text)
            for end in 0...packet.count { _ = try? SocketIOPacket(decoding: packet.prefix(end)) }
        }
    }

    @Test func `events and answers are written from JSON`() {
        let event = SocketIOPacket.event("call:established", json: Array(#"{"callId":"call_1"}"#.utf8))
        #expect(event[...].text == #"42["call:established",{"callId":"call_1"}]"#)
        #expect(SocketIOPacket.acknowledgement(12, json: Array("{}".utf8))[...].text == "4312[{}]")
    }
}
