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
            rows.append(try #require(MasterRow(values)))
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
    func `how many columns there are tells which`(more: [String], names: String) throws {
        let values = (Array(repeating: "x", count: 16) + more).map { Array($0.utf8) }
        let columns = try #require(MasterRow(values)).columns
        #expect(columns.dropFirst(16).map { "\($0.name)" }.joined(separator: ",") == names)
    }

    @Test(arguments: [0, 1, 15, 22])
    func `another number of columns is another file`(count: Int) {
        #expect(MasterRow(Array(repeating: [], count: count)) == nil)
    }
}
