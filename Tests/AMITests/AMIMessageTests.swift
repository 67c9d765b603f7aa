import AMI
import Basics
import TestSupport
import Testing

struct AMIMessageTests {
    private func message(_ text: String) -> AMIMessage { AMIMessage(Array(text.utf8)[...]) }

    @Test func `names are compared without case`() {
        let message = message("Event: Cdr\r\nUniqueID: 1.2\r\n")
        #expect(message["uniqueid"]?.text == "1.2")
        #expect(message["UNIQUEID"]?.text == "1.2")
        #expect(message["Unique"] == nil)
    }

    @Test func `a name of the same length and ends is not mistaken`() {
        #expect(message("Event: X\r\nAxC: 1\r\nABC: 2\r\n")["abc"]?.text == "2")
    }

    @Test func `repeated headers are kept in order`() {
        let message = message("Event: X\r\nOutput: a\r\nOther: o\r\nOutput: b\r\noutput: c\r\n")
        #expect(message.values(of: "Output").map(\.text) == ["a", "b", "c"])
        #expect(message["Output"]?.text == "a")
    }

    @Test func `values keep colons, blanks and emptiness`() {
        let message = message("Event: X\r\nA: b: c: d\r\nB: \r\nC:\r\nD:no blank\r\nE:  two\r\nF: end \r\n")
        let values = ["A", "B", "C", "D", "E", "F"].map { message.value(named: $0)?.text }
        #expect(values == ["b: c: d", "", "", "no blank", " two", "end "])
    }

    @Test func `a bare LF is part of a value where the first line ends with CRLF, and never of a name`() {
        let values = message("Event: X\r\nA: 1\nB: 2\r\nC: \n\r\nD: \n3\r\ntext\nE: 4\r\n\nF: 5\r\nG: 6\r\n").headers
        #expect(values.map(\.name.text) == ["Event", "A", "C", "D", "G"])
        #expect(values.map(\.value.text) == ["X", "1\nB: 2", "\n", "\n3", "6"])
        #expect(message("Event: X\nA: 1\nB: 2\r\nC: 3\n").headers.map(\.value.text) == ["X", "1", "2", "3"])
        #expect(message("\nEvent: X").headers.map(\.value.text) == ["X"])
    }

    @Test func `a line without a colon is no header`() {
        let message = message("Event: Cdr\r\nUserField: a\r\ninjected\r\n: nameless\r\nUniqueID: 1\r\n")
        #expect(message.headerCount == 3)
        #expect(message["UniqueID"]?.text == "1")
    }

    @Test func `bytes that are not UTF-8 are kept`() {
        let message = AMIMessage((Array("Event: X\r\nName: ".utf8) + [0xe9, 0x80] + Array("\r\n".utf8))[...])
        #expect(message["Name"].map(Array.init) == [0xe9, 0x80])
        #expect(message["Name"]?.text == "\u{fffd}")
    }

    @Test func `the first header says what a message is`() {
        #expect(message("Event: OriginateResponse\r\nActionID: 1\r\nResponse: Success\r\n").kind == .event)
        #expect(message("Response: Success\r\nEvent: x\r\n").kind == .response)
        #expect(message("Asterisk Call Manager/11.0.0\r\n").kind == .other)
        #expect(message("Response: Success\r\n").event.isEmpty)
    }

    @Test func `every header of the captures is found by its name`() throws {
        var decoder = MessageDecoder(expectsGreeting: true)
        decoder.append(try Fixture.bytes("ami-asterisk22-basic.txt")[...])
        while let message = decoder.next() {
            for (name, value) in message.headers {
                #expect(message.value(named: name.text) != nil)
                guard message.headers.count(where: { $0.name == name }) == 1 else { continue }
                #expect(message.value(named: name.text)?.elementsEqual(value) == true)
            }
        }
    }
}
