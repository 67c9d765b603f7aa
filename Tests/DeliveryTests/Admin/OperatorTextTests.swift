import Basics
import Reporting
import Spool
import TestSupport
import Testing

@testable import Delivery

/// What people see of the admin API's answers.
struct OperatorTextTests {
    private func expectText(_ text: String, _ golden: String) throws {
        try expectGolden(Array(text.utf8), "operator/\(golden).txt")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    private let status = """
        {"path":"/var/lib/asterisk-connector/spool.db","generation":1,"bytes":5242880,"used_bytes":1153434,
        "keys":120000,"keys_bytes":3840000,"keys_max_bytes":268435456,
        "max_bytes":2147483648,"disk_free_bytes":13207024435,"disk_bytes":42949672960,"accepts":"all",
        "oldest":"2026-11-21T01:32:05.888087Z","in_flight":200,
        "records":{"cdr":{"received":120345,"delivered":120000,"waiting":342,"dead":2,"dropped":1,"filtered":0,
        "refused":0,"lost":0},"cel":{"received":1403450,"delivered":1403447,"waiting":0,"dead":1,"dropped":0,
        "filtered":2,"refused":0,"lost":0}},"balanced":true,"gaps":1,"dead_letters":3,"error":null}
        """

    @Test func `the state of a spool with a history`() throws {
        try expectText(SpoolStatusText(try JSONParser.parse(status)).text, "spool-status")
    }

    @Test func `the state of an empty spool`() throws {
        let empty = """
            {"path":"/s/spool.db","generation":1,"bytes":61440,"used_bytes":900,"keys":0,"keys_bytes":0,
            "keys_max_bytes":131072,"max_bytes":1048576,
            "disk_free_bytes":null,"disk_bytes":null,"accepts":"all","oldest":null,"in_flight":0,
            "records":{"cdr":{"received":0},"cel":{"received":0}},"balanced":true,"gaps":0,"dead_letters":0,
            "error":null}
            """
        try expectText(SpoolStatusText(try JSONParser.parse(empty)).text, "spool-status-empty")
    }

    @Test func `the state of a spool in trouble says what is wrong and what to do`() throws {
        let trouble = status.replacing("\"balanced\":true", with: "\"balanced\":false")
            .replacing("\"received\":120345", with: "\"received\":120347")
            .replacing("\"accepts\":\"all\"", with: "\"accepts\":\"cdrs_only\",\"full_of\":\"dead_letters\"")
            .replacing("\"generation\":1", with: "\"generation\":2")
            .replacing(
                "\"error\":null",
                with: "\"error\":\"\(SpoolError.full(path: "/s/spool.db", cause: .disk))\""
            )
        try expectText(SpoolStatusText(try JSONParser.parse(trouble)).text, "spool-status-trouble")
    }

    private let letters = """
        [{"id":7,"record_id":"0123456789abcdef0123456789abcdef","kind":"cdr","status":400,
        "reason":"duration must not be \\u001b[31mnegative; the record was refused, and so on, and so on",
        "received_at":"2026-11-21T01:32:05.888087Z","died_at":"2026-11-21T01:32:09Z","bytes":512},
        {"id":1234,"record_id":"00000000000000000000000000000001","kind":"cel","status":422,"reason":"no eventtype",
        "received_at":"2026-11-21T01:33:05Z","died_at":"2026-11-21T01:33:09Z","bytes":98304}]
        """

    @Test func `a list of dead letters fits into 80 columns`() throws {
        let list = try #require(try JSONParser.parse(letters).elements)
        try expectText(OperatorText.deadLetters(list, total: 2), "dead-letters")
        try expectText(OperatorText.deadLetters(list, total: 250), "dead-letters-first")
        try expectText(OperatorText.deadLetters([], total: 0), "dead-letters-none")
    }

    @Test func `one dead letter is shown whole`() throws {
        var letter = try #require(try JSONParser.parse(letters).elements?.last?.members)
        letter.append(
            .init(
                name: "body",
                value: try JSONParser.parse(#"{"src":"+15145550199","a":[],"b":[1,{"c":null}],"t":"é\u001b[0m"}"#)
            )
        )
        try expectText(OperatorText.deadLetter(.object(letter)), "dead-letter")
    }

    @Test func `a list of gaps says what to do about them`() throws {
        let gaps = """
            [{"id":9,"cause":"process_down","from":"2026-11-21T01:32:05.888087Z","to":"2026-11-21T01:33:00Z",
            "events":0,"before":null,"after":null},
            {"id":10,"cause":"overflow","from":"2026-11-21T02:00:00Z","to":"2026-11-21T02:00:01Z","events":1200,
            "before":"00000000000000000000000000000001","after":"00000000000000000000000000000002"}]
            """
        let list = try #require(try JSONParser.parse(gaps).elements)
        try expectText(OperatorText.gaps(list, total: 2), "gaps")
        try expectText(OperatorText.gaps(list, total: 10), "gaps-latest")
        try expectText(OperatorText.gaps([], total: 0), "gaps-none")
        let ongoing = #"[{"cause":"overflow","from":"2026-11-21T02:00:00Z","events":1200}]"#
        try expectText(OperatorText.gaps([], total: 0, ongoing: try JSONParser.parse(ongoing)), "gaps-ongoing")
        #expect(OperatorText.gaps([], total: 0, ongoing: .array([])) == OperatorText.gaps([], total: 0))
    }

    @Test func `a change says how many, and what was not there`() {
        #expect(OperatorText.changed(1, [], isDrop: true) == "1 dead letter removed.\n")
        let text = OperatorText.changed(0, [5, 6], isDrop: false)
        #expect(text.hasPrefix("0 dead letters will be sent again.\nNot there: 5, 6."))
    }
}
