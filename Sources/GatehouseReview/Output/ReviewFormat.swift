// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a report is written.
public enum ReviewFormat: String, Sendable, Hashable, CaseIterable {
    /// Lines for a terminal.
    case text
    /// One JSON object.
    case json
    /// Markdown for a comment on a pull request.
    case markdown
    /// Workflow commands, by which GitHub Actions shows annotations.
    case github
}

/// A line of GitHub Actions that becomes an annotation.
struct Annotation {
    enum Level: String {
        case error, warning, notice
    }

    let level: Level
    let file: String
    /// The line of the file, counted from 1; `nil` for an annotation of the file as a whole.
    var line: Int?
    let title: String
    let message: String

    var text: String {
        let place = line.map { ",line=\($0)" } ?? ""
        return "::\(level.rawValue) file=\(SafeText.workflowProperty(file))\(place),"
            + "title=\(SafeText.workflowProperty(title))::\(SafeText.workflowMessage(message))\n"
    }
}
