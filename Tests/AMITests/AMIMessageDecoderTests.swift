import AMI
import Basics
import TestSupport
import Testing

struct AMIMessageDecoderTests {
    /// All messages of `bytes`, fed in pieces of `size`.
    private func messages(
        _ bytes: [UInt8],
        piece size: Int,
        greeting: Bool = false,
        limits: MessageDecoder.Limits = .init()
    ) -> [[UInt8]] {
        var decoder = MessageDecoder(expectsGreeting: greeting, limits: limits)
        var result: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            decoder.append(bytes[start..<min(start + size, bytes.count)])
            while let message = decoder.next() { result.append(Array(message.bytes)) }
        }
        return result
    }

    private func texts(_ stream: String) -> [String] {
        let whole = messages(Array(stream.utf8), piece: .max / 2)
        for size in 1...max(1, stream.utf8.count) {
            #expect(messages(Array(stream.utf8), piece: size) == whole, "in pieces of \(size)")
        }
        return whole.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: ["ami-asterisk22-basic.txt", "ami-asterisk22-transfers.txt"])
    func `a capture gives the same messages however it is cut`(name: String) throws {
        let bytes = try Fixture.bytes(name)
        let whole = messages(bytes, piece: bytes.count, greeting: true)
        for size in Array(1...70) + [127, 1024, 4096, 65536] {
            #expect(messages(bytes, piece: size, greeting: true) == whole)
        }
        let blankLines = bytes.split(separator: ASCII.newline).count { $0 == [ASCII.carriageReturn] }
        #expect(whole.count == blankLines + 1, "one for each blank line, and the greeting")
    }

    @Test func `the greeting is a message of its own`() {
        let stream = Array("Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n".utf8)
        for size in 1...stream.count {
            let found = messages(stream, piece: size, greeting: true).map { String(decoding: $0, as: UTF8.self) }
            #expect(found == ["Asterisk Call Manager/11.0.0\r\n", "Response: Success\r\n"])
        }
    }

    @Test func `lines may end with LF alone, and blank lines may stray`() {
        let found = texts("\r\n\nEvent: A\nX: 1\r\n\n\r\n\n\r\nEvent: B\r\n\r\n\n\r\nEvent: C\n\r\n")
        #expect(found == ["Event: A\nX: 1\r\n", "Event: B\r\n", "Event: C\n"])
    }

    @Test func `where the first line ends with CRLF, a bare LF is part of a value and ends nothing`() {
        let messages = [
            "Event: Cdr\r\nUserField: a\nDisposition: FAILED\nb\r\n", "Event: CEL\r\nAppData: \n\n\r\nN: 2\r\n",
            "Event: CEL\r\n\nN: 3\r\nX: \n\r\n", "Event: Cdr\r\nA: \nEvent: Cdr\nPrivilege: cdr,all\n\nB: 4\r\n",
            "Response: Follows\r\nPrivilege: Command\r\nName: x\n\n2 entries\n--END COMMAND--\r\n",
            "Response: Success\r\nMessage: Command output follows\r\nOutput: a: b\nc\r\nOutput: \r\n",
            "Event: Last\r\n",
        ]
        #expect(texts(messages.map { $0 + "\r\n" }.joined()) == messages)
        #expect(texts("Event: A\nX: 1\n\n" + messages[0] + "\r\nEvent: B\n\n").count == 3)
    }

    @Test func `a userfield with a line break forges no header`() throws {
        let bytes = try Fixture.bytes("ami-userfield-with-newline.txt")
        for size in 1...bytes.count {
            var decoder = MessageDecoder()
            var found: [AMIMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                decoder.append(bytes[start..<min(start + size, bytes.count)])
                while let message = decoder.next() { found.append(message) }
            }
            #expect(found.count == 1)
            #expect(found.first?["UserField"]?.text == "a\nDisposition: FAILED\nb")
            #expect(found.first?.values(of: "Disposition").map(\.text) == ["ANSWERED"])
        }
    }

    @Test func `a Cdr that lost its blank line ends there also with line breaks in its values`() {
        let cdr = "Event: Cdr\r\nPrivilege: cdr,all\r\nUserField: \nEvent: x\n\nPrivilege: y\n\r\n"
        #expect(texts(cdr + cdr + "\r\n") == [cdr, cdr])
    }

    @Test func `a Cdr that lost its blank line ends where the next event begins`() {
        let found = texts(
            "Event: Cdr\r\nPrivilege: cdr,all\r\nA: 1\r\nEvent: CEL\r\nPrivilege: call,all\r\nB: 2\r\n\r\nEvent: D\r\n\r\n"
        )
        #expect(
            found == [
                "Event: Cdr\r\nPrivilege: cdr,all\r\nA: 1\r\n", "Event: CEL\r\nPrivilege: call,all\r\nB: 2\r\n",
                "Event: D\r\n",
            ]
        )
    }

    @Test func `two Cdrs in a row may lose theirs`() {
        let cdr = "Event: Cdr\r\nPrivilege: cdr,all\r\nA: 1\r\n"
        #expect(texts(cdr + cdr + cdr + "\r\n") == [cdr, cdr, cdr])
    }

    @Test(arguments: [
        "Event: Cdr\r\nUserField: x\r\nEvent: Hangup\r\nFoo: y\r\n",
        "Event: UserEvent\r\nA: b\r\nEvent: Cdr\r\nPrivilege: cdr,all\r\n",
        "Event: CdrX\r\nA: b\r\nEvent: Cdr\r\nPrivilege: cdr,all\r\n",
    ])
    func `an Event line elsewhere is data`(message: String) {
        #expect(texts(message + "\r\n") == [message])
    }

    @Test func `a message over the limits is skipped and counted, and the next one is read`() {
        let next = "Event: Next\r\nA: 1\r\n\r\n"
        let long = "Event: Long\r\nA: " + String(repeating: "x", count: 300_000) + "\r\nB: 1\r\n\r\n"
        let many = "Event: Many\r\n" + String(repeating: "A: 1\r\n", count: 1001) + "\r\n"
        let endless = "Event: Lines\r\n" + String(repeating: "A: 1234567890\r\n", count: 30_000) + "\r\n"
        for stream in [long + next, many + next, endless + next] {
            for size in [1000, 4096, 65536, 1 << 20] + (stream == many + next ? [1, 2, 3] : []) {
                var decoder = MessageDecoder()
                var found: [String] = []
                let bytes = Array(stream.utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    decoder.append(bytes[start..<min(start + size, bytes.count)])
                    while let message = decoder.next() { found.append(message.event.text) }
                }
                #expect(found == ["Next"])
                #expect(decoder.skippedMessages == 1)
                #expect(decoder.unfinishedBytes == 0)
            }
        }
    }

    @Test func `while a message is skipped, memory does not grow`() {
        var decoder = MessageDecoder()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        for _ in 0..<100 {
            decoder.append(piece[...])
            #expect(decoder.nextFrame() == nil)
        }
        #expect(decoder.unfinishedBytes <= 300_000)
        decoder.append(Array("\r\n\r\nEvent: A\r\n\r\n".utf8)[...])
        #expect(decoder.next()?.event.text == "A")
    }

    @Test func `the largest message that is allowed is read`() {
        let message = "Event: A\r\nB: " + String(repeating: "x", count: 262_144 - 15) + "\r\n"
        var decoder = MessageDecoder()
        decoder.append(Array((message + "\r\n").utf8)[...])
        #expect(decoder.next()?.bytes.count == 262_144)
        #expect(decoder.skippedMessages == 0)
        for last in 1...4 {
            var decoder = MessageDecoder()
            let bytes = Array((message + "\r\n").utf8)
            decoder.append(bytes.dropLast(last))
            #expect(decoder.nextFrame() == nil)
            decoder.append(bytes.suffix(last))
            #expect(decoder.nextFrame()?.count == 262_144, "\(last) bytes come later")
        }
    }

    @Test func `a value of line breaks alone is one value, up to the limit`() {
        for count in [100_000, 300_000] {
            var decoder = MessageDecoder()
            decoder.append(Array("Event: A\r\nB: ".utf8)[...])
            for _ in 0..<count / 1000 {
                decoder.append([UInt8](repeating: ASCII.newline, count: 1000)[...])
                #expect(decoder.nextFrame() == nil)
            }
            decoder.append(Array("\r\n\r\nEvent: C\r\n\r\n".utf8)[...])
            if count == 100_000 { #expect(decoder.next()?["B"]?.count == count) }
            #expect(decoder.next()?.event.text == "C")
            #expect(decoder.skippedMessages == (count == 100_000 ? 0 : 1))
        }
    }

    @Test func `random bytes give the same messages however they are cut, within the limits and over them`() {
        var generator = SplitMix64()
        var tight = MessageDecoder.Limits()
        (tight.bytes, tight.lines) = (30, 4)
        let alphabet = Array("Event: Cdr\r\n\n\r:xX".utf8) + [0, 0xff]
        for _ in 0..<300 {
            let bytes = (0..<500).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            let whole = messages(bytes, piece: bytes.count)
            #expect(messages(bytes, piece: 1) == whole)
            #expect(messages(bytes, piece: 7) == whole)
            let few = messages(bytes, piece: bytes.count, greeting: true, limits: tight)
            #expect(messages(bytes, piece: 1, greeting: true, limits: tight) == few)
            #expect(messages(bytes, piece: 7, greeting: true, limits: tight) == few)
        }
    }
}
