/// A table for a terminal, with a heading; each column is as wide as its longest cell.
package struct TextTable {
    /// The alignment of a column.
    package enum Side { case left, right }

    private struct Row {
        let cells: [String]
        /// Separate lines, which are not cut.
        let below: [String]
    }

    private let sides: [Side]
    private var rows: [Row]

    package init(_ columns: (heading: String, side: Side)...) {
        sides = columns.map(\.side)
        rows = [Row(cells: columns.map(\.heading), below: [])]
    }

    /// - Parameter below: lines under the row, which are not cut.
    package mutating func add(_ row: String..., below: [String] = []) { rows.append(Row(cells: row, below: below)) }

    /// - Parameter width: the column at which rows are cut.
    package func text(width: Int = 80) -> String {
        let widths = sides.indices.map { column in rows.map { $0.cells[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.cells.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return sides[column] == .left ? cell + blanks : blanks + cell
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            let indentation = String(repeating: " ", count: (widths.first ?? 0) + 2)
            return (line.count > width ? line.prefix(width - 1) + "…" : line) + "\n"
                + row.below.map { indentation + $0 + "\n" }.joined()
        }
        .joined()
    }
}
