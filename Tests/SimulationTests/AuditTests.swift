import Basics
import Simulation
import TestSupport
import Testing

/// The audit must be able to fail in each way.
struct AuditTests {
    private let directory = TemporaryDirectory()

    /// The emission log: one CEL of one call for each fate, numbered as they come.
    private func emission(_ fates: [String], calls: [String] = []) throws -> String {
        var text = ""
        for (number, fate) in fates.enumerated() {
            let call = number < calls.count ? calls[number] : "1.0"
            text += #"{"number":\#(number),"kind":"cel","fate":"\#(fate)","eventname":"E\#(number)","uniqueid":"1.0","#
            text += #""linkedid":"\#(call)","channel":"","app":"","appdata":"","peer":"","extra":""}"# + "\n"
        }
        return try file("pbx", text)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        try FileContents.write(Array(text.utf8), to: directory.file(name))
        return directory.file(name)
    }

    /// A line of the API's log for the record with this number.
    private func line(_ number: Int, value: String? = nil, more: String = "", call: String = "1.0", key: String = "k")
        -> String
    {
        #"{"received_at":"","key":"\#(key)","kind":"cel","record":{"record_id":"\#(id(number))","eventtype":"\#(value ?? "E\(number)")","#
            + #""uniqueid":"1.0","linkedid":"\#(call)"\#(more)}}"# + "\n"
    }

    private func id(_ number: Int) -> String { "id\(number)" }

    private func declared(_ gaps: [(Int?, Int?)] = [], dead: [Int] = []) -> Declarations {
        var declarations = Declarations()
        declarations.gaps = gaps.map { .init(cause: "disconnected", before: $0.0.map(id), after: $0.1.map(id)) }
        declarations.deadLetters = dead.map(id)
        return declarations
    }

    private func audit(
        _ fates: [String],
        _ lines: [String],
        _ declarations: Declarations? = nil,
        refused: [String] = [],
        explainedRepeats: Int = .max,
        calls: [String] = []
    ) throws -> Audit {
        try Audit(
            emissionLog: emission(fates, calls: calls),
            receivedLog: file("api", lines.joined()),
            refusedLog: file("refused", refused.joined()),
            declarations: declarations,
            explainedRepeats: explainedRepeats
        )
    }

    private let three = ["written", "written", "written"]

    @Test func `all that was emitted and delivered is clean`() throws {
        let audit = try audit(three, [line(0), line(1), line(2)], declared())
        #expect(audit.isClean && audit.emitted == 3 && audit.delivered == 3)
    }

    @Test func `a record that is nowhere is lost`() throws {
        for declarations in [nil, declared()] {
            let audit = try audit(three, [line(0), line(2)], declarations)
            #expect(audit.lost == 1 && !audit.isClean)
        }
    }

    @Test func `a record that was not emitted is unexpected`() throws {
        let audit = try audit(three, [line(0), line(1), line(2), line(7)], declared())
        #expect(audit.unexpected == 1 && !audit.isClean)
    }

    @Test func `a torn record must not arrive`() throws {
        let audit = try audit(["written", "cut"], [line(0), line(1)])
        #expect(audit.unexpected == 1 && !audit.isClean)
    }

    @Test func `a record that arrives with another value is lost and unexpected`() throws {
        let audit = try audit(three, [line(0), line(1, value: "other"), line(2)], declared())
        #expect(audit.lost == 1 && audit.unexpected == 1)
    }

    @Test func `a repeat is counted, and must be explained`() throws {
        let lines = [line(0), line(1), line(1), line(2)]
        #expect(try audit(three, lines, declared(), explainedRepeats: 1).isClean)
        let unexplained = try audit(three, lines, declared(), explainedRepeats: 0)
        #expect(unexplained.repeated == 1 && unexplained.lost == 0 && !unexplained.isClean)
    }

    @Test func `a repeat with other bytes is altered`() throws {
        let audit = try audit(three, [line(0), line(1), line(1, more: #","x":1"#), line(2)], declared())
        #expect(audit.altered == 1 && !audit.isClean)
    }

    @Test func `a repeat under another key shows`() throws {
        let audit = try audit(three, [line(0), line(1), line(2), line(1, key: "other")], declared())
        #expect(audit.rekeyed == 1)
        #expect(try self.audit(three, [line(0), line(1), line(2), line(1)], declared()).rekeyed == 0)
    }

    @Test func `a dead letter accounts for its record, known by what the API refused`() throws {
        let audit = try audit(three, [line(0), line(2)], declared(dead: [1]), refused: [line(1), line(1)])
        #expect(audit.isClean && audit.dead == 1 && audit.lost == 0)
    }

    @Test func `a dead letter that was never emitted is unexpected`() throws {
        for refused in [[], [line(7)]] {
            let audit = try audit(three, [line(0), line(1), line(2)], declared(dead: [7]), refused: refused)
            #expect(audit.unexpected == 1 && !audit.isClean)
        }
    }

    @Test func `a gap accounts for what lies between its ends, and for nothing else`() throws {
        let fates = Array(repeating: "written", count: 6)
        let covered = try audit(fates, [line(0), line(3), line(4), line(5)], declared([(0, 3)]))
        #expect(covered.isClean && covered.declared == 2 && covered.needless == 0)
        let beside = try audit(fates, [line(0), line(3), line(5)], declared([(0, 3)]))
        #expect(beside.lost == 1 && beside.declared == 2)
    }

    @Test func `a gap wider than needed shows`() throws {
        let fates = Array(repeating: "written", count: 6)
        let audit = try audit(fates, [0, 1, 3, 4, 5].map { line($0) }, declared([(0, 5)]))
        #expect(audit.isClean && audit.declared == 1 && audit.needless == 3)
    }

    @Test func `a gap without an end is open`() throws {
        let fates = Array(repeating: "written", count: 4)
        #expect(try audit(fates, [line(0), line(1)], declared([(1, nil)])).declared == 2)
        #expect(try audit(fates, [line(2), line(3)], declared([(nil, 2)])).declared == 2)
    }

    @Test func `a gap that names an unknown record is not clean`() throws {
        let audit = try audit(three, [line(0), line(1), line(2)], declared([(0, 9)]))
        #expect(audit.unknownEnds == 1 && !audit.isClean)
    }

    @Test func `what was generated while nobody was logged in must be declared`() throws {
        let fates = ["absent", "written", "absent", "cut", "unsent", "written", "absent"]
        #expect(try audit(fates, [line(1), line(5)]).isClean)
        let silent = try audit(fates, [line(1), line(5)], declared())
        #expect(silent.lost == 3 && silent.emitted == 5)
        #expect(try audit(fates, [line(1), line(5)], declared([(1, 5)])).isClean)
    }

    @Test func `a call out of order shows, calls that overtake each other do not`() throws {
        let wrong = try audit(three, [line(0), line(2), line(1)], declared())
        #expect(wrong.outOfOrder == 1 && !wrong.isClean)
        let calls = ["1.0", "2.0", "1.0"]
        let right = try audit(three, [line(1, call: "2.0"), line(0), line(2)], declared(), calls: calls)
        #expect(right.isClean)
    }

    @Test func `the numbers give the order, not the lines`() throws {
        let path = try emission(["written", "absent", "written"])
        let lines = try FileContents.read(path).split(separator: ASCII.newline).reversed()
        try FileContents.write(Array(lines.joined(separator: [ASCII.newline])), to: path)
        let audit = try Audit(
            emissionLog: path,
            receivedLog: file("api", line(0) + line(2)),
            declarations: declared([(0, 2)])
        )
        #expect(audit.isClean && audit.declared == 1)
    }

    @Test func `declarations are read as the commands write them`() throws {
        let gaps = #"{"gaps":[{"id":1,"cause":"process_down","from":"","to":"","events":0,"before":"a","after":null}]}"#
        let letters = #"{"dead_letters":[{"id":7,"record_id":"b","kind":"cdr","status":400}]}"#
        let read = try Declarations(gaps: Array(gaps.utf8), deadLetters: Array(letters.utf8))
        #expect(read.gaps == [.init(cause: "process_down", before: "a", after: nil)])
        #expect(read.deadLetters == ["b"])
        #expect(throws: Declarations.Unreadable.self) {
            try Declarations(gaps: Array("{}".utf8), deadLetters: Array(letters.utf8))
        }
    }
}
