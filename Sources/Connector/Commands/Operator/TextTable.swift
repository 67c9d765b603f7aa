/// Columns for a terminal, with a heading; each as wide as its longest word.
struct TextTable {
    enum Side { case left, right }

    private let sides: [Side]
    private var rows: [[String]]

    init(_ columns: (heading: String, side: Side)...) {
        sides = columns.map(\.side)
        rows = [columns.map(\.heading)]
    }

    mutating func add(_ row: String...) { rows.append(row) }

    /// - Parameter width: lines are cut there.
    func text(width: Int = 80) -> String {
        let widths = sides.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return sides[column] == .left ? cell + blanks : blanks + cell
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return (line.count > width ? line.prefix(width - 1) + "…" : line) + "\n"
        }
        .joined()
    }
}
