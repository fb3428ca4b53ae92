// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of scalars as written in a bracketed class: a union of items, or an operation on two sets.
indirect enum PatternSet: Sendable {
    case union([PatternSetItem])
    case intersection(PatternSet, PatternSet)
    case difference(PatternSet, PatternSet)
    case symmetricDifference(PatternSet, PatternSet)
    case negation(PatternSet)
}
