// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How many scalars a part of a pattern consumes, as far as the reference knows.
struct PatternWidth {
    var minimum = 0
    var isFixed = true
    /// Whether the reference needs its backtracking machine for it.
    var needsBacktracking = false

    static func + (left: PatternWidth, right: PatternWidth) -> PatternWidth {
        PatternWidth(
            minimum: left.minimum.saturatingAdd(right.minimum), isFixed: left.isFixed && right.isFixed,
            needsBacktracking: left.needsBacktracking || right.needsBacktracking)
    }

    /// The width of one or the other.
    static func | (left: PatternWidth, right: PatternWidth) -> PatternWidth {
        PatternWidth(
            minimum: min(left.minimum, right.minimum),
            isFixed: left.isFixed && right.isFixed && left.minimum == right.minimum,
            needsBacktracking: left.needsBacktracking || right.needsBacktracking)
    }

    func repeated(_ lower: Int, _ upper: Int?) -> PatternWidth {
        let (product, overflow) = minimum.multipliedReportingOverflow(by: lower)
        return PatternWidth(
            minimum: overflow ? Int.max : product, isFixed: isFixed && lower == upper,
            needsBacktracking: needsBacktracking)
    }
}

extension Int {
    fileprivate func saturatingAdd(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? Int.max : sum
    }
}
