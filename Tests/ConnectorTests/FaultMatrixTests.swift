import Basics
import TestSupport
import Testing

/// docs/fault-matrix.md: what it names is there.
struct FaultMatrixTests {
    /// A row of a table: its cells.
    private static func rows() throws -> [[String]] {
        try Document("docs/fault-matrix.md").text.split(separator: "\n")
            .filter { $0.hasPrefix("| ") && $0.dropFirst(2).first?.isNumber == true }
            .map {
                $0.split(separator: "|").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
            }
    }

    /// The text of all Swift files under Tests.
    private static func tests() throws -> String {
        var text = ""
        var folders = [Fixture.testsDirectory]
        while let folder = folders.popLast() {
            for name in Directory.names(in: folder) {
                if name.hasSuffix(".swift") {
                    text += String(decoding: try FileContents.read("\(folder)/\(name)", limit: 1 << 20), as: UTF8.self)
                } else if !name.contains(".") {
                    folders.append("\(folder)/\(name)")
                }
            }
        }
        return text
    }

    /// What stands between two equal marks.
    private static func parts(of text: String, between mark: Character) -> [String] {
        text.split(separator: mark, omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    @Test func `there is a row for each fault of the study, in order, with all cells`() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0.first } == (1...52).map { "\($0)" })
        for row in rows {
            #expect(row.count == 5, "\(row)")
            let result = row.last ?? ""
            #expect(
                result == "passes" || result.hasPrefix("partly: ") || result.hasPrefix("not here: "),
                "\(row)"
            )
            if result == "passes" { #expect(!Self.parts(of: row[3], between: "`").isEmpty, "\(row)") }
        }
    }

    @Test func `each suite, test and leg that a row names exists`() throws {
        let tests = try Self.tests()
        let script = String(
            decoding: try FileContents.read("\(Document.root)/scripts/torture", limit: 1 << 20),
            as: UTF8.self
        )
        for row in try Self.rows() where row.count == 5 {
            for name in Self.parts(of: row[3], between: "`") {
                if let suite = name.split(separator: "/").last, suite.hasSuffix("Tests") {
                    let declared = ["struct", "class", "extension"].contains { kind in
                        tests.contains("\(kind) \(suite) {") || tests.contains("\(kind) \(suite):")
                    }
                    #expect(declared, "row \(row[0]): there is no suite \(suite)")
                } else if name.hasPrefix("scripts/") {
                    let path = name.split(separator: " ")[0]
                    #expect(throws: Never.self) { try FileContents.read("\(Document.root)/\(path)", limit: 1 << 20) }
                } else {
                    #expect(script.contains("\n    \(name))"), "row \(row[0]): there is no leg \(name)")
                }
            }
            for sentence in Self.parts(of: row[3], between: "\"") {
                #expect(tests.contains("func `\(sentence)`("), "row \(row[0]): there is no test '\(sentence)'")
            }
        }
    }
}
