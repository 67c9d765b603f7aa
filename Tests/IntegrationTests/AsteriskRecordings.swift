import Basics
import TestSupport

/// The table of what must be said of each recording (Tests/Fixtures/asterisk-recordings.txt).
struct AsteriskRecordings {
    /// In the form of `AsteriskRecording.row`, sorted.
    let rows: [String]
    /// Recordings whose call nobody tells.
    let unknown: [String]

    private static let columnCount = 7

    /// - Parameter hasCELs: whether Asterisk tells the files in CELs, and not in a variable.
    init(hasCELs: Bool) throws {
        let table = String(decoding: try Fixture.bytes("asterisk-recordings.txt"), as: UTF8.self)
        let kind = hasCELs ? "cel" : "variable"
        var (rows, unknown): ([String], [String]) = ([], [])
        for line in table.split(separator: "\n") where !line.hasPrefix("#") {
            let columns = line.split(separator: " ", maxSplits: Self.columnCount - 1)
            guard columns[0] == "both" || columns[0] == kind else { continue }
            // The name, which may have blanks.
            let file = columns[Self.columnCount - 1].drop { $0 == " " }
            rows.append((columns[1..<(Self.columnCount - 1)] + [file]).joined(separator: " "))
            if columns[1] == "-" { unknown.append(String(file)) }
        }
        (self.rows, self.unknown) = (rows.sorted(), unknown)
    }
}
