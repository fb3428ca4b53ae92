// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How far a long run is, on standard error: nothing for the first two seconds, then a line that is rewritten on a
/// terminal and repeated now and then elsewhere.
struct ProgressLine {
    /// How many users are done.
    var userCount = 0
    /// How many rows have been written for them.
    var rowCount = 0
    /// The part of the users that is done, `nil` where their number isn't known.
    var part: Double?

    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?
    private let isTerminal = System.isTerminal(System.standardError)
    // Results on the same terminal show better than any line that it goes on.
    private let isQuiet = System.isTerminal(System.standardOutput)

    private static let patience = Duration.seconds(2)

    /// Shows the line if it is time to.
    mutating func update() {
        if isQuiet { return }
        let now = ContinuousClock.now
        let interval = isTerminal ? Duration.milliseconds(200) : .seconds(5)
        guard now - start >= ProgressLine.patience else { return }
        if let shown, now - shown < interval { return }
        shown = now
        Diagnostics.print(isTerminal ? "\r\(text)\u{1B}[K" : "\(text)\n")
    }

    /// Removes the line, before anything else is said or the run ends.
    mutating func clear() {
        guard shown != nil, isTerminal else { return }
        shown = nil
        Diagnostics.print("\r\u{1B}[K")
    }

    var text: String {
        let percentage = part.map { " (\(Int($0 * 100)) %)" } ?? ""
        return "gatehouse: \(userCount) \(userCount == 1 ? "user" : "users")\(percentage), \(rowCount) rows"
    }
}
