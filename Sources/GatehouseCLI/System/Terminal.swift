// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The terminal that shows standard output.
struct Terminal {
    /// The maximum width of a table, in columns.
    let columnCount: Int
    /// Whether the terminal shows colours.
    let isColored: Bool

    private static let defaultColumnCount = 120
    private static let minimumColumnCount = 40

    static var current: Terminal {
        guard System.isTerminal(System.standardOutput) else {
            return Terminal(columnCount: defaultColumnCount, isColored: false)
        }
        let count = System.columnCount(of: System.standardOutput) ?? defaultColumnCount
        // https://no-color.org: any value but the empty one.
        let isPlain = System.environmentVariable("NO_COLOR").map { !$0.isEmpty } ?? false
        let isDumb = System.environmentVariable("TERM") == "dumb"
        return Terminal(columnCount: max(count, minimumColumnCount), isColored: !isPlain && !isDumb)
    }
}

/// The progress of a long run, on standard error: a line that appears after two seconds.
///
/// A terminal rewrites it; other outputs get it every five seconds.
struct ProgressLine {
    /// The number of users that have been evaluated.
    var userCount = 0
    /// The number of rows that have been written.
    var rowCount = 0
    /// The fraction of the users that have been evaluated, `nil` when their number isn't known.
    var part: Double?

    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?
    private let isTerminal = System.isTerminal(System.standardError)
    private let isBesideResults: Bool
    private let isQuiet: Bool

    private static let delay = Duration.seconds(2)

    /// - Parameter isBesideResults: Whether rows are written meanwhile: on the same terminal they show the progress
    ///   themselves.
    init(isBesideResults: Bool = true) {
        self.isBesideResults = isBesideResults
        isQuiet = isBesideResults ? System.isTerminal(System.standardOutput) : !isTerminal
    }

    /// Shows the line when it is due.
    mutating func update() {
        if isQuiet { return }
        let now = ContinuousClock.now
        let interval = isTerminal ? Duration.milliseconds(200) : .seconds(5)
        guard now - start >= ProgressLine.delay else { return }
        if let shown, now - shown < interval { return }
        shown = now
        Diagnostics.print(isTerminal ? "\r\(text)\u{1B}[K" : "\(text)\n")
    }

    /// Removes the line.
    ///
    /// The caller does this before it reports an error and at the end of the run.
    mutating func clear() {
        guard shown != nil, isTerminal else { return }
        shown = nil
        Diagnostics.print("\r\u{1B}[K")
    }

    var text: String {
        let percentage = part.map { " (\(Int($0 * 100)) %)" } ?? ""
        let rows = isBesideResults ? ", \(rowCount) rows" : ""
        return "gatehouse: \(userCount) \(userCount == 1 ? "user" : "users")\(percentage)\(rows)"
    }
}
