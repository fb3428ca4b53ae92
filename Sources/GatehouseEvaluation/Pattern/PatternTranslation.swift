// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A pattern in PCRE2's dialect, and what the matcher has to know about it.
struct PatternTranslation {
    /// The pattern as it is searched for.
    var search: [UInt8]
    /// The same pattern, to be matched in one go from the start of the subject; `nil` if it has nothing in it that
    /// could make a search expensive.
    var onePass: [UInt8]?
    /// Whether case is ignored throughout.
    var isCaseless: Bool
    /// Whether it can only match at the start of the subject.
    var isAnchored: Bool
    /// Whether a look-around may have to look far.
    var hasLongLook: Bool
    /// Whether only backtracking gives the right answer (back-references, conditionals, atomic groups).
    var needsBacktracking: Bool
}
