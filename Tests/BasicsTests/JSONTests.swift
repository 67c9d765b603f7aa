import Basics
import Testing

struct JSONTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", "0", "-1", "1.5e3", #""""#, #""a\"b\\\/\b\f\n\r\t""#,
        #"{"a":[1,{"b":null}],"a":2}"#,
        " \n\t{ \"k\" : [ 1 , 2 ] } ", #""é""#, #""\ud83d\ude00""#,
    ])
    func `what RFC 8259 allows is read`(text: String) throws {
        #expect(throws: Never.self) { try JSONParser.parse(text) }
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}",
        "{\"a\":1,}",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\n\"", "[", "{", "1 2", "NaN", "'a'", "[1}", "\u{feff}1",
    ])
    func `what RFC 8259 forbids is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test func `bytes that are not UTF-8 are refused in a string`() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xff, 0x22][...]) }
    }

    @Test func `nesting has a limit instead of a crash`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test func `values come out as they went in`() throws {
        let text = #"{"a":[1,-2.5,true,null,"x\u0001\"\\é😀"],"b":{"c":""},"big":9007199254740993}"#
        var writer = JSONWriter()
        writer.value(try JSONParser.parse(text))
        #expect(writer.text == text)
    }

    @Test func `of two members with one name the last counts`() throws {
        #expect(try JSONParser.parse(#"{"a":1,"a":2}"#)["a"] == .integer(2))
    }

    @Test func `an error says where`() throws {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse("[1, x]") }
        #expect(error?.description == "unexpected character at byte 4")
    }

    @Test func `text that is not UTF-8 is written repaired`() throws {
        var writer = JSONWriter()
        writer.string([0x61, 0xc3, 0x28, 0x0a, 0x22][...])
        #expect(writer.text == "\"a\u{fffd}(\\n\\\"\"")
    }

    @Test func `every byte alone gives valid JSON`() throws {
        for byte in UInt8.min...UInt8.max {
            var writer = JSONWriter()
            writer.string([byte][...])
            #expect(throws: Never.self) { try JSONParser.parse(writer.bytes[...]) }
        }
    }
}

struct JSONSyntaxTests {
    @Test(arguments: [
        "{}", #"{"a":1}"#, #"{"a":"b","c":16,"d":""}"#, #"{"a":"b\"c"}"#, #"{"a":-1.5}"#, #"{ "a" : [1,{}] }"#,
        #"{"a":"é"}"#,
        #"{"a":0}"#,
    ])
    func `objects are known`(text: String) { #expect(JSONSyntax.isObject(Array(text.utf8)[...])) }

    @Test(arguments: [
        "", "{", "}", "[]", "1", #"{"a"}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1,}"#, #"{"a":1}x"#, #"{"a":01}"#,
        #"{"a":"b}"#,
        #"{"a":1}}"#, #"{a:1}"#, #"{"a":1 "b":2}"#, "{\"a\":\"\n\"}", #"{,}"#,
    ])
    func `what is none is not taken for one`(text: String) { #expect(!JSONSyntax.isObject(Array(text.utf8)[...])) }

    @Test func `the quick check agrees with the parser on every cut and every changed byte`() throws {
        let text = Array(#"{"hangupcause":16,"hangupsource":"PJSIP/101","dialstatus":""}"#.utf8)
        func agrees(_ bytes: [UInt8]) -> Bool {
            let value = try? JSONParser.parse(bytes[...])
            let isObject = if case .object? = value { true } else { false }
            return JSONSyntax.isObject(bytes[...]) == isObject
        }
        for index in text.indices {
            #expect(agrees(Array(text[..<index])))
            for byte: UInt8 in [0, 0x22, 0x2c, 0x30, 0x3a, 0x5c, 0x7b, 0x7d, 0xc3] {
                var changed = text
                changed[index] = byte
                #expect(agrees(changed))
            }
        }
    }
}

struct JSONWriterTests {
    @Test func `a byte that needs care is found at every place of a text`() throws {
        for length in 1...40 {
            for place in 0..<length {
                for byte: UInt8 in [0x00, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0xc3, 0xff] {
                    var text = [UInt8](repeating: 0x61, count: length)
                    text[place] = byte
                    var writer = JSONWriter()
                    writer.string(text[...])
                    let value = try JSONParser.parse(writer.bytes[...])
                    #expect(value == .string(String(decoding: text, as: UTF8.self)))
                }
            }
        }
    }

    @Test func `every printable character goes out as it is`() {
        let text = String(decoding: (0x20...0x7e).map { UInt8($0) }.filter { $0 != 0x22 && $0 != 0x5c }, as: UTF8.self)
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.text == "\"\(text)\"")
    }

    @Test func `the members of an object are given as they were written`() throws {
        let text = #" { "a" : 1.50 ,"b":"\u00e9\"", "c":{"d":[1, 2]},"a":null } "#
        let members = try JSONParser.members(of: Array(text.utf8)[...])
        #expect(members.map(\.name) == ["a", "b", "c", "a"])
        #expect(members.map(\.text.text) == [#" "a" : 1.50"#, #""b":"\u00e9\"""#, #" "c":{"d":[1, 2]}"#, #""a":null"#])
        #expect(members.map(\.value.bytes.text) == ["1.50", #""\u00e9\"""#, #"{"d":[1, 2]}"#, "null"])
        #expect(members.map(\.value.plain.text) == ["1.50", "é\"", "", ""])
        #expect(try JSONParser.members(of: Array("{ }".utf8)[...]).isEmpty)
    }

    @Test(arguments: ["", "[]", "1", "{", #"{"a"}"#, #"{"a":1,}"#, #"{"a":1"#, #"{"a":1} x"#, #"{"a":1 "b":2}"#, "{,}"])
    func `what is no object has no members`(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.members(of: Array(text.utf8)[...]) }
    }
}
