import AMI
import Testing

struct ActionTests {
    @Test func `an action is written with its identifier`() throws {
        let action = try AMIAction("Originate", [("Channel", "Local/1@x"), ("Async", "true")])
        #expect(
            String(decoding: action.encoded(id: "7"), as: UTF8.self)
                == "Action: Originate\r\nActionID: 7\r\nChannel: Local/1@x\r\nAsync: true\r\n\r\n"
        )
    }

    @Test(arguments: ["a\rb", "a\nb", "a\r\nAction: Command", "a\0b"])
    func `a line break in a value is refused`(value: String) {
        #expect(throws: AMIError.self) { try AMIAction("Originate", [("Data", value)]) }
        #expect(throws: AMIError.self) { try AMIAction(value) }
        #expect(throws: AMIError.self) { try AMIAction("Ping", [(value, "x")]) }
    }

    @Test func `what Asterisk would cut is refused`() throws {
        let longest = String(repeating: "x", count: 1022 - "Data: ".count)
        #expect(throws: Never.self) { try AMIAction("X", [("Data", longest)]) }
        #expect(throws: AMIError.self) { try AMIAction("X", [("Data", longest + "x")]) }
        #expect(throws: AMIError.self) { try AMIAction("X", Array(repeating: ("A", "b"), count: 127)) }
    }
}
