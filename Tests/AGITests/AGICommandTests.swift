import AGI
import Basics
import Testing

struct AGICommandTests {
    @Test func `a command is one line of quoted words`() throws {
        #expect(try AGICommand.getVariable("TRUNK").encoded()[...].text == "GET VARIABLE \"TRUNK\"\n")
        let set = AGICommand.setVariable("CALLERID(num)", #"a "b" \c"#)
        #expect(try set.encoded()[...].text == #"SET VARIABLE "CALLERID(num)" "a \"b\" \\c""# + "\n")
    }

    @Test func `Asterisk reads the words that were written, whatever they are`() throws {
        var random = SplitMix64(seed: 7)
        let signs = Array("\"\\ \tab()#;,\u{1}\u{7f}é".unicodeScalars).map { Character($0) }
        for _ in 0..<3000 {
            let word = { (least: Int) in
                String((0..<random.pick(least...12)).map { _ in signs[random.pick(0...signs.count - 1)] })
            }
            let command = AGICommand.setVariable(word(1), word(0))
            let line = try command.encoded()
            #expect(line.last == ASCII.newline && line.count { $0 == ASCII.newline } == 1)
            #expect(AGICommand(line.dropLast()) == command)
            let question = AGICommand.getVariable(word(1))
            #expect(AGICommand(try question.encoded().dropLast()) == question)
        }
    }

    @Test func `words are read by the rules of Asterisk`() {
        let lines = [
            ("a  b\tc", ["a", "b", "c"]), (#""a b"c d"#, ["a bc", "d"]), (#"a\ b \"c"#, ["a b", #""c"#]), ("", []),
            (#""" """#, ["", ""]), (#"a"b"#, ["ab"]), (#"\"#, []), (#"\\n"#, [#"\n"#]),
        ]
        for (line, words) in lines {
            #expect(AGICommand.words(of: Array(line.utf8)[...]).map { $0[...].text } == words, "\(line)")
        }
        #expect(AGICommand(Array("EXEC Dial x".utf8)[...]) == nil)
        #expect(AGICommand(Array("get variable x".utf8)[...]) == .getVariable("x"))
    }

    @Test(arguments: ["\n", "\r", "\0"])
    func `a line break is refused in names and values`(sign: String) {
        #expect(throws: AGIError.lineBreak) { try AGICommand.getVariable("a\(sign)b").encoded() }
        #expect(throws: AGIError.lineBreak) { try AGICommand.setVariable("a\(sign)", "b").encoded() }
        #expect(throws: AGIError.lineBreak) { try AGICommand.setVariable("a", "b\(sign)").encoded() }
        #expect(throws: AGIError.lineBreak) { try AGICommand.setVariable("a", "\r\n").encoded() }
    }

    @Test func `names and values have 80 bytes at most, and a name has one`() throws {
        let longest = String(repeating: "é", count: 40)
        #expect(throws: Never.self) { try AGICommand.setVariable(longest, longest).encoded() }
        #expect(throws: AGIError.tooLong) { try AGICommand.setVariable(longest + "a", "").encoded() }
        #expect(throws: AGIError.tooLong) { try AGICommand.setVariable("a", longest + "a").encoded() }
        #expect(throws: AGIError.emptyName) { try AGICommand.setVariable("", "a").encoded() }
        #expect(throws: AGIError.emptyName) { try AGICommand.getVariable("").encoded() }
    }

    @Test func `an answer keeps the order of its variables, and does not change when one is refused`() throws {
        var answer = try AGIAnswer([("B", "1"), ("A", "")])
        let before = answer
        #expect(throws: AGIError.lineBreak) { try answer.set("C", "\n") }
        #expect(throws: AGIError.tooLong) { try answer.set("C", String(repeating: "x", count: 81)) }
        #expect(answer == before)
        #expect(answer.variables.map { $0.name + "=" + $0.value } == ["B=1", "A="])
        for _ in answer.count..<AGIAnswer.maximumVariables { try answer.set("X", "1") }
        #expect(throws: AGIError.tooManyVariables) { try answer.set("X", "1") }
        #expect(answer.count == 64)
        for error in [AGIError.lineBreak, .tooLong, .emptyName, .tooManyVariables] {
            #expect(!error.description.isEmpty)
        }
    }
}
