// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Aligns cells in columns and shortens long ones until the lines fit.
package struct TableLayout {
    package struct Column: Sendable {
        let title: String
        /// The width below which the column isn't shortened, `nil` for a column that is always shown in full.
        let leastWidth: Int?

        package init(_ title: String, leastWidth: Int? = nil) {
            self.title = title
            self.leastWidth = leastWidth
        }
    }

    package struct Cell: Sendable {
        let text: String
        let style: TextStyle

        package init(_ text: String, _ style: TextStyle = .plain) {
            self.text = text
            self.style = style
        }
    }

    private static let gap = "  "

    private let columns: [Column]
    private let lineWidth: Int
    private let isColored: Bool

    package init(_ columns: [Column], lineWidth: Int, isColored: Bool) {
        self.columns = columns
        self.lineWidth = lineWidth
        self.isColored = isColored
    }

    /// The table's lines, the titles first.
    ///
    /// Columns without any text are left out.
    ///
    /// - Parameter rows: Rows with a cell for each column.
    /// - Returns: The lines, without line ends.
    package func lines(_ rows: [[Cell]]) -> [String] {
        // Names are shown in full; other cells take at most a line.
        let rows = rows.map { row in
            zip(row, columns).map { cell, column in
                let text = PlainText.oneLine(cell.text)
                return column.leastWidth == nil
                    ? Cell(text, cell.style) : Cell(PlainText.shortened(text, to: lineWidth), cell.style)
            }
        }
        let natural = columns.indices.map { column in rows.map { PlainText.width($0[column].text) }.max() ?? 0 }
        let used = columns.indices.filter { natural[$0] > 0 }
        let widths = fitting(
            columns.indices.map { natural[$0] > 0 ? max(natural[$0], columns[$0].title.utf8.count) : 0 }, used)
        let header = columns.map { Cell($0.title, .heading) }
        return ([header] + rows).map { row in line(row, widths, used) }
    }

    /// Shortens the widest column that may be shortened until the line fits.
    private func fitting(_ natural: [Int], _ used: [Int]) -> [Int] {
        var widths = natural
        var excess = widths.reduce(0, +) + max(0, used.count - 1) * TableLayout.gap.utf8.count - lineWidth
        func spare(_ column: Int) -> Int { columns[column].leastWidth.map { widths[column] - $0 } ?? 0 }
        while excess > 0 {
            guard let widest = used.filter({ spare($0) > 0 }).max(by: { widths[$0] < widths[$1] }) else { break }
            let next = used.filter { $0 != widest && spare($0) > 0 }.map { widths[$0] }.max() ?? 0
            let removed = min(excess, spare(widest), max(1, widths[widest] - next))
            widths[widest] -= removed
            excess -= removed
        }
        return widths
    }

    private func line(_ row: [Cell], _ widths: [Int], _ used: [Int]) -> String {
        var line = ""
        for column in used {
            let text =
                columns[column].leastWidth == nil
                ? row[column].text : PlainText.shortened(row[column].text, to: widths[column])
            line += isColored ? row[column].style.applied(to: text) : text
            guard column != used.last else { break }
            line += String(repeating: " ", count: max(0, widths[column] - PlainText.width(text))) + TableLayout.gap
        }
        // Empty cells at the end of a line leave spaces.
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
