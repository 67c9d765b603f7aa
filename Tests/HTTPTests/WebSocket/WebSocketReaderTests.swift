import Basics
import TestSupport
import Testing

@testable import HTTP

struct WebSocketReaderTests {
    private typealias Make = ClientFrame

    private func inputs(_ stream: [UInt8], limit: Int = 64) -> [WebSocketInput] {
        WebSocketReader(limit: limit).receive(stream[...])
    }

    private func text(_ text: String) -> WebSocketInput { .text(Array(text.utf8)) }

    /// Streams, and what comes out of them.
    private static let streams: [(name: String, stream: [UInt8], inputs: [WebSocketInput])] = [
        ("text", Make.text("hello") + Make.text(""), [.text(Array("hello".utf8)), .text([])]),
        ("binary", Make.bytes(2, [0, 255]), [.binary([0, 255])]),
        (
            "fragments with control frames between",
            Make.text("a", isLast: false) + Make.bytes(9, [1]) + Make.more("", isLast: false) + Make.bytes(10, [])
                + Make.more("é", isLast: true) + Make.text("b"),
            [.ping([1]), .pong, .text(Array("aé".utf8)), .text([98])]
        ),
        (
            "a character in two fragments",
            Make.bytes(1, [0xc3], isLast: false) + Make.bytes(0, [0xa9]), [.text([0xc3, 0xa9])]
        ),
        (
            "the longest message", Make.text(String(repeating: "x", count: 64)),
            [.text([UInt8](repeating: 120, count: 64))]
        ),
        ("close", Make.bytes(8, []) + Make.text("ignored"), [.close(nil)]),
        ("close with a code", Make.close(4401, "é"), [.close(WebSocketCode(rawValue: 4401))]),
        ("no mask", Make.bytes(1, [97], isMasked: false), [.failure(.protocolError)]),
        ("a reserved bit", Make.bytes(1, [97], reserved: 4), [.failure(.protocolError)]),
        ("an unknown opcode", Make.bytes(3, [97]), [.failure(.protocolError)]),
        ("an unknown control opcode", Make.bytes(11, [97]), [.failure(.protocolError)]),
        ("a continuation of nothing", Make.more("a", isLast: true), [.failure(.protocolError)]),
        (
            "a message within a message", Make.text("a", isLast: false) + Make.text("b"), [.failure(.protocolError)]
        ),
        ("a control frame in pieces", Make.bytes(9, [1], isLast: false), [.failure(.protocolError)]),
        ("a long control frame", Make.bytes(9, [UInt8](repeating: 1, count: 126)), [.failure(.protocolError)]),
        ("bad UTF-8", Make.bytes(1, [0xff]), [.failure(.invalidData)]),
        ("half a character", Make.bytes(1, [0xc3]), [.failure(.invalidData)]),
        ("half of a code", Make.bytes(8, [3]), [.failure(.protocolError)]),
        ("a code that is never sent", Make.close(1006), [.failure(.protocolError)]),
        ("a reason that is not UTF-8", Make.bytes(8, [3, 232, 0xff]), [.failure(.invalidData)]),
        ("a message over the limit", Make.text(String(repeating: "x", count: 65)), [.failure(.messageTooBig)]),
        (
            "fragments over the limit",
            Make.text(String(repeating: "x", count: 40), isLast: false)
                + Make.more(String(repeating: "x", count: 25), isLast: false),
            [.failure(.messageTooBig)]
        ),
        ("a giant length", Make.bytes(1, [97], length: 1 << 62), [.failure(.messageTooBig)]),
        ("a length with the highest bit", Make.bytes(1, [97], length: 1 << 63), [.failure(.protocolError)]),
        ("a length that is too long", [0x81, 0xfe, 0, 5] + Make.mask + [1, 2, 3, 4, 5], [.failure(.protocolError)]),
    ]

    @Test(arguments: streams.indices)
    func `a stream gives the same for every cut`(index: Int) {
        let (name, stream, expected) = Self.streams[index]
        #expect(inputs(stream) == expected, "\(name)")
        for cut in 0...stream.count {
            let reader = WebSocketReader(limit: 64)
            let found = reader.receive(stream[..<cut]) + reader.receive(stream[cut...])
            if found != expected { Issue.record("\(name), cut at \(cut): \(found)") }
        }
        let reader = WebSocketReader(limit: 64)
        let found = stream.flatMap { reader.receive([$0]) }
        #expect(found == expected, "\(name), byte by byte")
    }

    @Test func `messages longer than any buffer are joined`() {
        let text = String(repeating: "0123456789", count: 6553)
        #expect(inputs(Make.text(text), limit: 65536) == [self.text(text)])
        let reader = WebSocketReader()
        #expect(reader.receive(Make.text(text, isLast: false)[...]) == [])
        #expect(reader.receive(Make.more("012345", isLast: true)[...]) == [self.text(text + "012345")])
        #expect(
            reader.receive((Make.text(text, isLast: false) + Make.more("0123456", isLast: true))[...]).last
                == .failure(.messageTooBig)
        )
        #expect(reader.isFinished)
    }

    @Test func `frames of the server have the shortest length`() {
        for count in [0, 125, 126, 65535, 65536] {
            let frame = WebSocketFrame.text([UInt8](repeating: 120, count: count)[...])
            let head = count < 126 ? 2 : count < 65536 ? 4 : 10
            #expect(frame.count == head + count && frame[0] == 0x81)
        }
        #expect(WebSocketFrame.close(.tryAgainLater, "too slow") == [0x88, 10, 3, 245] + Array("too slow".utf8))
        #expect(WebSocketFrame.close(.abnormal) == [0x88, 0] && WebSocketFrame.close(nil) == [0x88, 0])
        let long = WebSocketFrame.close(.normal, String(repeating: "é", count: 100))
        #expect(long.count == 2 + 2 + 122)
        #expect(WebSocketFrame.ping == [0x89, 0] && WebSocketFrame.pong([1]) == [0x8a, 1, 1])
    }
}
