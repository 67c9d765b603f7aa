import AGI
import Basics
import TestSupport
import Testing

struct AGIReplyDecoderTests {
    private func decode(_ stream: [UInt8], piece size: Int) -> [AGIReply] {
        var decoder = AGIReplyDecoder()
        var replies: [AGIReply] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            decoder.append(stream[start..<min(start + size, stream.count)])
            while let reply = decoder.next() { replies.append(reply) }
        }
        return replies
    }

    /// The replies for all cuts, which must be the same.
    private func replies(_ text: String) -> [AGIReply] {
        let stream = Array(text.utf8)
        let whole = decode(stream, piece: max(1, stream.count))
        for size in 1...max(1, min(stream.count, 200)) {
            #expect(decode(stream, piece: size) == whole, "in pieces of \(size)")
        }
        return whole
    }

    @Test func `each kind of reply is known`() {
        let usage = "520-Invalid command syntax.  Proper usage follows:\nUsage: SET VARIABLE\n200 result=1\n"
        let found = replies(
            "200 result=1\n200 result=0\n200 result=-1\n200 result=1 (value)\nHANGUP\n"
                + "510 Invalid or unknown command\n"
                + "511 Command Not Permitted on a dead channel or intercept routine\n"
                + usage + "520 End of proper usage.\n"
                + "520 Invalid command syntax.  Proper usage not available.\n"
        )
        #expect(
            found == [
                .result(1, text: nil), .result(0, text: nil), .result(-1, text: nil), .result(1, text: "value"),
                .hangup, .unknownCommand, .deadChannel, .invalidSyntax, .invalidSyntax,
            ]
        )
    }

    @Test(arguments: ["", "a)b", "(", ")", "a\nb", "\n", "a\nHANGUP\nb", "200 result=1 (x", "é \u{1}"])
    func `a value is read as Asterisk writes it, without escapes`(value: String) {
        #expect(replies("200 result=1 (\(value))\nHANGUP\n") == [.result(1, text: value), .hangup])
    }

    @Test func `a value with line breaks ends at the first line that ends with a parenthesis`() {
        #expect(replies("200 result=1 (a)\nb)\n") == [.result(1, text: "a"), .other])
    }

    @Test func `other lines are no replies`() {
        for line in ["", "HANGUP ", "hangup", "200", "200 result=", "200 result=x", "200 result=99999999999999999999"] {
            #expect(replies(line + "\nHANGUP\n") == [.other, .hangup], "\(line)")
        }
        #expect(replies("200 result=1 endpos=8\n") == [.result(1, text: nil)])
        #expect(replies("200 result=1") == [])
    }

    @Test func `a line, a value and a usage text are bounded`() {
        let long = String(repeating: "x", count: 8192)
        #expect(decode(Array((long + "\nHANGUP\n").utf8), piece: 100) == [.other, .hangup])
        let lines = String(repeating: String(repeating: "x", count: 8000) + "\n", count: 4)
        for start in ["200 result=1 (", "520-"] {
            let found = decode(Array((start + lines + "HANGUP\n").utf8), piece: 1000)
            #expect(found.first == .other && found.last == .hangup, "\(start)")
        }
    }

    @Test func `random bytes give bounded replies, the same for each cut`() {
        for kind in HostileInput.kinds {
            let bytes = Array(kind.bytes(3000))
            #expect(decode(bytes, piece: 1) == decode(bytes, piece: 3000), "\(kind)")
        }
    }
}
