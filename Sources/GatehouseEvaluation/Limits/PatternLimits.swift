// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Bounds on what a pattern may cost, to compile and to match.
///
/// Figures are from a release build on one 2.x GHz x86-64 core. A step is one call of PCRE2's matching routine as its
/// match limit counts them: 15-25 ns.
package enum PatternLimits {
    // MARK: Compiling

    /// Nesting of groups, which is the reference's own limit.
    static let groupDepth = 64

    /// Nesting of classes within a class.
    static let classDepth = 64

    /// Set operators in a class, nested ones included.
    static let classOperations = 64

    /// The highest count of a repetition, which is PCRE2's.
    static let repetition = 65_535

    /// Bytes of a pattern as written.
    static let sourceLength = 32_768

    /// Bytes of a translated pattern; PCRE2 itself stops at 64 Ki of compiled code.
    static let translatedLength = 262_144

    /// Branches a look-behind of variable width may be written out as.
    static let lookBehindBranches = 64

    /// Nesting of parentheses in a translated pattern: each level of the source takes a few.
    ///
    /// So many, and the deepest pattern that parses, fit in a thread's stack of 512 KiB.
    static let translatedDepth: UInt32 = 500

    /// Bytes of an automaton the reference accepts.
    static let automatonSize = 10_485_760.0

    /// How many `?` a pattern may have without counting as one that repeats.
    static let optionalParts = 8

    // MARK: Matching

    /// Subjects up to this length are searched by backtracking first; for longer ones the effort of a search could
    /// grow with the square of the length.
    static let shortSubject = 128

    /// Steps per starting point of a search: 128 of those, each just within the limit, take 0.4 ms.
    static let searchSteps: UInt32 = 200

    /// Steps of a match that can only start at the beginning: 0.15 ms.
    static let anchoredSteps: UInt32 = 8_000

    /// Steps per starting point of a pattern without repetitions, whose effort its own length bounds.
    static let plainSteps: UInt32 = 100_000

    /// Steps of a match in one go, which includes moving the starting point, after PCRE2's other matcher has given up:
    /// 0.1 ms, at worst 0.8 ms where most steps test many properties.
    static let onePassSteps: UInt32 = 4_000

    /// The same where only backtracking can tell: 0.2 ms for most.
    static let backtrackingSteps: UInt32 = 8_000

    /// Memory for backtracking.
    static let heapKibibytes: UInt32 = 4_096

    /// States PCRE2's other matcher may be in at a time on a subject of `length` bytes.
    ///
    /// It goes through all states for every scalar and looks for duplicates among them: s states take about
    /// 8 s + 0.08 s² ns per scalar. The bounds keep the whole subject within 0.45 ms.
    static func states(forLength length: Int) -> Int {
        switch length {
        case ...64: 250
        case ...128: 160
        case ...256: 100
        case ...512: 60
        case ...1_024: 40
        default: max(8, 40_960 / length)
        }
    }

    /// Look-arounds PCRE2's other matcher may try on a subject of `length` bytes: 50 ns for one of a few scalars, as
    /// much as 12 ns per byte of the subject for one that looks far.
    static func looks(forLength length: Int, areLong: Bool) -> UInt32 {
        areLong ? UInt32(max(16, 20_000 / max(1, length))) : 8_192
    }
}
