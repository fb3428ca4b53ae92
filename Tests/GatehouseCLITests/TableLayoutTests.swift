// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCLI
import Testing

@Suite struct TableLayoutTests {
    private static let columns = [
        TableLayout.Column("NAME"), TableLayout.Column("VALUE", leastWidth: 6),
        TableLayout.Column("WHY", leastWidth: 4),
    ]

    private func lines(_ rows: [[String]], width: Int = 40, isColored: Bool = false) -> [String] {
        TableLayout(Self.columns, lineWidth: width, isColored: isColored)
            .lines(rows.map { $0.map { TableLayout.Cell($0) } })
    }

    @Test func aligns() {
        #expect(
            lines([["a", "1", "x"], ["long_name", "22", "y"]]) == [
                "NAME       VALUE  WHY",
                "a          1      x",
                "long_name  22     y",
            ])
    }

    @Test func leavesOutEmptyColumnsAndTrailingSpaces() {
        #expect(lines([["a", "", "x"], ["b", "", ""]]) == ["NAME  WHY", "a     x", "b"])
        #expect(lines([]) == [""])
    }

    @Test func shortensTheWidestUntilItFits() {
        let long = String(repeating: "v", count: 50)
        #expect(
            lines([["name", long, "because"]], width: 24) == ["NAME  VALUE      WHY", "name  vvvvvvvv…  because"])
        // Both give, down to their least; names never do.
        #expect(
            lines([["a_long_name", long, long]], width: 12) == [
                "NAME         VALUE   WHY", "a_long_name  vvvvv…  vvv…",
            ])
    }

    @Test func countsColumnsAndNotCharacters() {
        #expect(
            lines([["日本", "1", "x"], ["e\u{301}", "2", "y"], ["👍🏽", "3", "z"]]) == [
                "NAME  VALUE  WHY", "日本  1      x", "e\u{301}     2      y", "👍🏽    3      z",
            ])
        #expect(PlainText.shortened("日本語", to: 4) == "日…")
        #expect(PlainText.shortened("日本語", to: 6) == "日本語")
        #expect(PlainText.shortened("ab", to: 1) == "…")
        #expect(PlainText.shortened("ab", to: 0) == "")
    }

    @Test func writesControlCharactersAsEscapes() {
        #expect(lines([["a\nb\u{1B}[31m", "1", "\u{202E}x"]])[1] == "a\\nb\\u{1b}[31m  1      \\u{202e}x")
        #expect(PlainText.oneLine("tab\tcr\r\u{7F}\u{85}\u{2028}") == "tab\\tcr\\r\\u{7f}\\u{85}\\u{2028}")
    }

    @Test func colours() {
        let layout = TableLayout(Self.columns, lineWidth: 40, isColored: true)
        let lines = layout.lines([[.init("a"), .init("true", .good), .init("", .alert)]])
        #expect(lines == ["\u{1B}[1mNAME\u{1B}[0m  \u{1B}[1mVALUE\u{1B}[0m", "a     \u{1B}[32mtrue\u{1B}[0m"])
    }
}
