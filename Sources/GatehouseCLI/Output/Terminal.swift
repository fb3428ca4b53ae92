// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What standard output is shown on.
struct Terminal {
    /// How wide a table may get.
    let columnCount: Int
    /// Whether escape sequences for colour make sense.
    let isColored: Bool

    private static let usualColumnCount = 120
    private static let leastColumnCount = 40

    static var current: Terminal {
        guard System.isTerminal(System.standardOutput) else {
            return Terminal(columnCount: usualColumnCount, isColored: false)
        }
        let count = System.columnCount(of: System.standardOutput) ?? usualColumnCount
        // https://no-color.org: any value but the empty one.
        let isPlain = System.environmentVariable("NO_COLOR").map { !$0.isEmpty } ?? false
        let isDumb = System.environmentVariable("TERM") == "dumb"
        return Terminal(columnCount: max(count, leastColumnCount), isColored: !isPlain && !isDumb)
    }
}
