import Basics
import CallRecords

/// Rows and lines are the same for every cut, and none is longer than allowed.
enum RowProperties {
    private static let limit = 64

    /// The first byte chooses the cuts.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let text = input.dropFirst()
        var pieces = Pieces(choice)
        if rows({ $0(text) }) != rows({ pieces.cut(text, $0) }) { return "rows that depend on the cut" }
        let whole = lines { $0(text) }
        if whole != lines({ pieces.cut(text, $0) }) { return "lines that depend on the cut" }
        for case .text(let line) in whole where line.count > limit { return "a line of \(line.count) bytes" }
        return nil
    }

    private struct Row: Equatable {
        let row: CSVDecoder.Row
        let line: Int
    }

    private static func rows(_ feed: ((Bytes) -> Void) -> Void) -> [Row] {
        var decoder = CSVDecoder(limit: limit)
        var rows: [Row] = []
        feed { piece in
            decoder.append(piece)
            while let row = decoder.next() { rows.append(Row(row: row, line: decoder.line)) }
        }
        while let row = decoder.next(isAtEnd: true) { rows.append(Row(row: row, line: decoder.line)) }
        for case .values(let values) in rows.map(\.row) { _ = try? MasterRow(values) }
        return rows
    }

    private static func lines(_ feed: ((Bytes) -> Void) -> Void) -> [LineSplitter.Line] {
        var splitter = LineSplitter(limit: limit)
        var lines: [LineSplitter.Line] = []
        func keep(_ line: LineSplitter.Line) {
            if case .text(let text) = line { lines.append(.text(Array(text)[...])) } else { lines.append(line) }
        }
        feed { piece in
            splitter.append(piece)
            while let line = splitter.next() { keep(line) }
        }
        if let line = splitter.finish() { keep(line) }
        return lines
    }
}
