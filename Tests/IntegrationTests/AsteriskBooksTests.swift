import Basics
import Testing

/// That the comparison with a real Asterisk finds what it is there to find.
struct AsteriskBooksTests {
    private static let cdr = [
        "ACME", "201", "101", "from-internal", "\"Zoë\" <201>", "Local/a;1", "Local/b;1", "Dial", "Local/b,2",
        "2026-11-20 23:22:21", "", "2026-11-20 23:22:23", "2", "0", "NO ANSWER", "DOCUMENTATION", "1795234941.1",
        "a, b",
        "", "1795234941.0", "7",
    ]
    private static let cel = [
        "HANGUP", "1795234943.123456", "Zoë", "201", "", "", "", "101", "from-internal", "Local/a;1", "Dial",
        "Local/b,2", "3", "ACME", "1795234941.1", "1795234941.0", "", "", #"{"hangupcause":16,"dialstatus":""}"#,
    ]
    private let totals = AsteriskBooks(cdrs: [cdr, cdr], cels: [cel], offset: -5 * 3600)

    private func receivedCDR(sourceNumber: String = "201", start: String = "2026-11-21T04:22:21.5Z") throws -> JSONValue
    {
        let text = """
            {"accountcode":"ACME","src":"\(sourceNumber)","dst":"101","dcontext":"from-internal",\
            "clid":"\\"Zoë\\" <201>","channel":"Local/a;1","dstchannel":"Local/b;1","lastapp":"Dial",\
            "lastdata":"Local/b,2","started_at":"\(start)","ended_at":"2026-11-21T04:22:23Z","duration":2,"billsec":0,\
            "disposition":"NO ANSWER","amaflags":3,"uniqueid":"1795234941.1","userfield":"a, b",\
            "linkedid":"1795234941.0","sequence":7}
            """
        return try JSONParser.parse(Array(text.utf8)[...])
    }

    private func receivedCEL(time: String = "2026-11-21T04:22:23Z", cause: Int = 16) throws -> JSONValue {
        let text = """
            {"eventtype":"HANGUP","eventtime":"\(time)","cid_name":"Zoë","cid_num":"201","exten":"101",\
            "context":"from-internal","channame":"Local/a;1","appname":"Dial","appdata":"Local/b,2","amaflags":3,\
            "accountcode":"ACME","uniqueid":"1795234941.1","linkedid":"1795234941.0",\
            "extra":{"hangupcause":\(cause),"dialstatus":""}}
            """
        return try JSONParser.parse(Array(text.utf8)[...])
    }

    @Test func `equal records compare equal, twins one for one`() throws {
        #expect(try totals.compare(cdrs: [receivedCDR(), receivedCDR()]) == .equal)
        #expect(try totals.compare(cels: [receivedCEL()]) == .equal)
        #expect(try totals.compare(cdrs: [receivedCDR()]).missing.count == 1)
        #expect(try totals.compare(cdrs: [receivedCDR(), receivedCDR(), receivedCDR()]).surplus.count == 1)
        #expect(try totals.compare(cels: [receivedCEL(), receivedCEL()]).surplus.count == 1)
        #expect(totals.compare(cels: []).missing.count == 1)
    }

    @Test func `a changed value is found, and named`() throws {
        let number = try totals.compare(cdrs: [receivedCDR(), receivedCDR(sourceNumber: "202")])
        #expect(number.missing.count == 1 && number.missing[0].hasSuffix("src: '201' became '202'"))
        #expect(number.surplus.count == 1)
        let time = try totals.compare(cdrs: [receivedCDR(), receivedCDR(start: "2026-11-20T23:22:21Z")])
        #expect(time.missing.count == 1)
        #expect(try totals.compare(cels: [receivedCEL(cause: 17)]).missing.count == 1)
        #expect(try totals.compare(cels: [receivedCEL(time: "2026-11-20T23:22:23Z")]).missing.count == 1)
    }

    @Test func `books are cut where an earlier reading ended, and joined`() {
        let none = AsteriskBooks(cdrs: [], cels: [], offset: totals.offset)
        #expect(totals.dropFirst(none) == totals)
        #expect(totals.dropFirst(totals) == none)
        #expect(none.joined(with: totals) == totals)
    }
}
