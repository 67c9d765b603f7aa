import Basics
import Testing

@testable import Simulation

struct RecordScannerTests {
    @Test func `records are cut out whatever is in their strings`() throws {
        let cdr = #"{"record_id":"aa","src":"\"},{\\","uniqueid":"1.2","custom":{"record_id":"no","x":[1,[{}]]}}"#
        let cel = #"{ "uniqueid" : 5 , "record_id" : "bb" }"#
        let text = #" { "more" : [{"a":"]"}] , "cels" : [ \#(cel) ] , "cdrs" : [\#(cdr),\#(cdr)] } "#
        let records = try #require(RecordScanner.records(in: Array(text.utf8)))
        #expect(records.map(\.json.text) == [cel, cdr, cdr])
        #expect(records.map(\.kind) == [.cel, .cdr, .cdr])
        #expect(records.map(\.recordID) == ["bb", "aa", "aa"])
        #expect(records.map(\.uniqueID) == ["", "1.2", "1.2"])
    }

    @Test func `no records are found in a text that breaks off`() {
        let text = Array(#"{"cdrs":[{"record_id":"a\"a","b":[1]}],"cels":[{}]}"#.utf8)
        #expect(RecordScanner.records(in: text)?.count == 2)
        for size in 0..<text.count { #expect(RecordScanner.records(in: Array(text.prefix(size))) == nil) }
    }
}
