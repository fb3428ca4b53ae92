// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A zero-width test of the current position.
enum PatternAssertion {
    case textStart
    case textEnd
    /// The end, or before line feeds only up to the end (`\Z`).
    case textEndBeforeNewlines
    case lineStart
    case lineEnd
    /// `\G`: a search always starts at the beginning, so it only holds there. Unlike `\A` it can't be repeated.
    case searchStart
    case wordBoundary
    case notWordBoundary
    case wordStart
    case wordEnd
    case wordStartHalf
    case wordEndHalf

    /// Whether the reference evaluates it in its backtracking machine, which its look-behinds of variable width don't
    /// allow.
    var needsBacktracking: Bool {
        switch self {
        case .textStart, .textEnd, .lineStart, .lineEnd: false
        default: true
        }
    }
}
