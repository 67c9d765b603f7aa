import AGI
import Basics
import TestSupport
import Testing

struct AGIRequestTests {
    private func decode(_ head: [UInt8], piece size: Int) -> AGIHeadDecoder.Outcome {
        var decoder = AGIHeadDecoder()
        for start in stride(from: 0, to: head.count, by: size) {
            let end = min(start + size, head.count)
            switch decoder.append(head[start..<end]) {
            case .incomplete: continue
            case .complete(let request, let rest): return .complete(request, rest: rest + head[end...])
            case .invalid: return .invalid
            }
        }
        return .incomplete
    }

    /// The outcome for all cuts, which must be the same.
    private func outcome(_ head: [UInt8]) -> AGIHeadDecoder.Outcome {
        let whole = decode(head, piece: max(1, head.count))
        for size in 1...max(1, min(head.count, 300)) {
            #expect(decode(head, piece: size) == whole, "in pieces of \(size)")
        }
        return whole
    }

    private func request(_ text: String) throws -> AGIRequest {
        let outcome = outcome(Array((text + "\nHANGUP\n").utf8))
        let complete: (AGIRequest, Bytes)? =
            if case .complete(let request, let rest) = outcome { (request, rest) } else { nil }
        let (request, rest) = try #require(complete)
        #expect(rest.text == "HANGUP\n")
        return request
    }

    @Test func `the head of a real Asterisk gives its variables, however it is cut`() throws {
        let text = String(decoding: try Fixture.bytes("agi-asterisk22-head.txt"), as: UTF8.self)
        let request = try request(String(text.dropLast()))
        #expect(request.path == "next-cid")
        #expect(request.parameter("campaign") == "a b")
        #expect(request.parameter("x") == "1&2%")
        #expect(request.parameter("y") == nil)
        #expect(request.arguments == ["14165551234", "", "agent-7"])
        #expect(request.callerID == "201")
        #expect(request.callerIDName == "Alice")
        #expect(request.uniqueID?.contains(".") == true)
        #expect(request.accountCode == "")
        #expect(request.dialledExtension == "agi")
        #expect(request.context == "lab")
        #expect(request.channel?.isEmpty == false)
        #expect(request.text(of: "agi_network") == "yes")
        #expect(request.text(of: "agi_net") == nil)
    }

    @Test func `a request without script, query and caller has none`() throws {
        let request = try request("agi_network: yes\nagi_callerid: unknown\nagi_calleridname: unknown\n")
        #expect(request.path.isEmpty)
        #expect(request.parameters.isEmpty)
        #expect(request.arguments.isEmpty)
        #expect(request.callerID == nil)
        #expect(request.callerIDName == nil)
        #expect(request.uniqueID == nil)
    }

    @Test(arguments: [
        ("a=1&b=2", ["a", "1", "b", "2"]), ("a", ["a", ""]), ("=x", ["", "x"]), ("a=b=c", ["a", "b=c"]),
        ("&&a=1&", ["a", "1"]), ("n+m=%2B+1", ["n m", "+ 1"]), ("a=%zz%4", ["a", "%zz%4"]), ("a=%25%32", ["a", "%2"]),
        ("a=%ff", ["a", "\u{fffd}"]), ("", []), ("a=1?2", ["a", "1?2"]),
    ])
    func `a query is decoded here, and a wrong escape stays`(query: String, expected: [String]) throws {
        let request = try request("agi_network: yes\nagi_network_script: s?\(query)\n")
        #expect(request.path == "s")
        #expect(request.parameters.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test func `of a repeated name the first counts, and a line without a colon is nothing`() throws {
        let request = try request("agi_network: yes\nagi_context: a\nagi_context: b\nx\nagi_arg_2: no\nagi_arg_1: c\n")
        #expect(request.context == "a")
        #expect(request.arguments == ["c"])
    }

    @Test func `what does not begin as Asterisk begins is invalid`() {
        for text in ["GET / HTTP/1.1\r\n\r\n", "\n", "a\n", "agi\n", "\u{16}\u{3}\u{1}", "Agi_network: yes\n\n"] {
            #expect(outcome(Array(text.utf8)) == .invalid, "\(text)")
        }
        #expect(outcome(Array("agi_network: yes\n".utf8)) == .incomplete)
        #expect(outcome([]) == .incomplete)
    }

    @Test func `a head is bounded in bytes, lines and bytes of a line`() {
        func head(_ lines: [Int]) -> [UInt8] {
            lines.flatMap { Array("agi_".utf8) + [UInt8](repeating: 120, count: $0 - 4) + [ASCII.newline] }
        }
        func isComplete(_ bytes: [UInt8]) -> Bool {
            let whole = decode(bytes, piece: bytes.count)
            for size in [1, 2, 3, 4095, 4096, 8191, 8192] { #expect(decode(bytes, piece: size) == whole) }
            if case .complete = whole { return true }
            #expect(whole == .invalid)
            return false
        }
        #expect(isComplete(head([8191]) + [ASCII.newline]))
        #expect(!isComplete(head([8192]) + [ASCII.newline]))
        #expect(!isComplete(head([9000])))
        #expect(isComplete(head([8000, 8000, 380]) + [ASCII.newline]))
        #expect(!isComplete(head([8000, 8000, 381]) + [ASCII.newline]))
        #expect(isComplete(head([Int](repeating: 10, count: 128)) + [ASCII.newline]))
        #expect(!isComplete(head([Int](repeating: 10, count: 129)) + [ASCII.newline]))
    }
}
