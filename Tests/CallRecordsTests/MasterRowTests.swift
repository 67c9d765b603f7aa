import Basics
import CallRecords
import TestSupport
import Testing

struct MasterRowTests {
    private func rows(_ file: String) throws -> [MasterRow] {
        var decoder = CSVDecoder(limit: 4096)
        decoder.append(try Fixture.bytes(file)[...])
        var rows: [MasterRow] = []
        while let row = decoder.next(isAtEnd: true) {
            guard case .values(let values) = row else { throw CancellationError() }
            rows.append(try MasterRow(values))
        }
        return rows
    }

    @Test func `the file of a real Asterisk is read, column for column`() throws {
        let rows = try rows("cdr-csv-Master.csv")
        #expect(rows.count == 12)
        let row = try #require(rows.first)
        #expect(row[.source].text == "4165559876" && row[.destination].text == "102")
        #expect(row[.destinationContext].text == "agents" && row[.channel].text == "Local/102@agents-00000009;2")
        #expect(row[.lastApplication].text == "Wait" && row[.lastData].text == "0.5")
        #expect(
            row[.duration].text == "0" && row[.billableSeconds].text == "0" && row[.disposition].text == "NO ANSWER"
        )
        let named = row.columns.map { "\($0.name)=\($0.value.text)" }
        #expect(named[0] == "accountcode=SALES" && named[4] == #"clid="Jane Doe" <4165559876>"#)
        #expect(
            named[10] == "answer="
                && named[15...] == [
                    "amaflags=DOCUMENTATION", "uniqueid=1795224727.19", "userfield=", "peeraccount=",
                    "linkedid=1795224727.14", "sequence=19",
                ]
        )
    }

    @Test(arguments: [
        ([], ""), (["1795224727.19"], "uniqueid"), (["pbx-1795224727.19"], "uniqueid"), (["note"], "userfield"),
        (["v1.x"], "userfield"), ([""], "userfield"), (["1795224727.19", "note"], "uniqueid,userfield"),
        (["a", "1.2", "3"], "peeraccount,linkedid,sequence"),
        (["1.2", "a", "1.2", "3"], "uniqueid,peeraccount,linkedid,sequence"),
        (["x", "a", "1.2", "3"], "userfield,peeraccount,linkedid,sequence"),
        (["1.2", "x", "a", "1.2", "3"], "uniqueid,userfield,peeraccount,linkedid,sequence"),
    ])
    func `the number of columns decides the format`(more: [String], names: String) throws {
        let columns = try MasterRow((Self.row + more).map { Array($0.utf8) }).columns
        #expect(columns.dropFirst(16).map { "\($0.name)" }.joined(separator: ",") == names)
    }

    /// The columns that are always there.
    private static let row = [
        "", "201", "202", "from-internal", "\"A\" <201>", "PJSIP/201-1", "PJSIP/202-2", "Dial", "PJSIP/202",
        "2026-11-21 01:32:07", "", "2026-11-21 01:32:09", "2", "0", "NO ANSWER", "DOCUMENTATION",
    ]

    private func problem(_ values: [String]) -> MasterRowError? {
        do throws(MasterRowError) {
            _ = try MasterRow(values.map { Array($0.utf8) })
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, 1, 15, 22])
    func `another number of columns is another file`(count: Int) {
        #expect(problem(Array(repeating: "", count: count)) == .columns(count))
    }

    @Test func `the columns of cdr_custom are distinguished from those of cdr_csv, in each number of them`() {
        let custom = [
            "\"A\" <201>", "201", "202", "from-internal", "PJSIP/201-1", "PJSIP/202-2", "Dial", "PJSIP/202",
            "2026-11-21 01:32:07", "", "2026-11-21 01:32:09", "2", "0", "NO ANSWER", "DOCUMENTATION", "",
            "1795224727.19",
            "", "0", "more", "more", "more",
        ]
        for count in 13...22 { #expect(problem(Array(custom.prefix(count))) == .custom, "\(count) columns") }
    }

    @Test func `the names of columns are no call`() {
        let names =
            "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec"
        #expect(problem((names + ",disposition,amaflags").split(separator: ",").map(String.init)) == .header)
        #expect(problem(["Clid", "SRC", "Dst", "Channel"]) == .header)
    }

    @Test func `times and numbers must be where they belong`() {
        #expect(problem(Self.row) == nil)
        let wrong = [(9, "start"), (10, "answer"), (11, "end"), (12, "duration"), (13, "billsec")]
        for (index, name) in wrong {
            for text in ["x", "2026-11-21", "2026-11-21T01:32:07", "01:32:07"] {
                var row = Self.row
                row[index] = text
                #expect(problem(row) == .column(index + 1, name: name), "\(text)")
            }
        }
        var row = Self.row
        row[9] = ""
        #expect(problem(row) == .column(10, name: "start"), "each call has a start")
        // No shift by one or more columns goes unnoticed.
        for shift in 1...5 {
            #expect(problem(Array(Self.row.dropFirst(shift)) + Self.row.prefix(shift)) != nil, "by \(shift)")
        }
    }
}
