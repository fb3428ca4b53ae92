// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A parsed pattern, as the reference's own parser would see it.
///
/// Flags are resolved while parsing, so every node carries what it needs and none depends on its surroundings.
indirect enum PatternNode {
    case empty
    /// `.`, which also matches a line feed only where `s` is on.
    case any(includingNewline: Bool)
    case literal(UInt32, caseless: Bool)
    /// A class or a class escape: matches exactly one scalar.
    case set(PatternSet, caseless: Bool)
    case assertion(PatternAssertion)
    case concatenation([PatternNode])
    case alternation([PatternNode])
    /// A capturing group; numbers follow the opening parentheses.
    case group(PatternNode, number: Int)
    case look(PatternNode, behind: Bool, negative: Bool)
    /// `upper == nil` is unbounded.
    case repetition(PatternNode, lower: Int, upper: Int?, greedy: Bool)
    case atomic(PatternNode)
    case reference(Int, caseless: Bool)
    /// Succeeds without consuming anything if the group has taken part in the match.
    case groupExists(Int)
    case conditional(condition: PatternNode, yes: PatternNode, no: PatternNode)
    /// `\K` moves the reported start only, which a yes-or-no answer doesn't have.
    case keepOut

    var isEmpty: Bool {
        if case .empty = self { true } else { false }
    }

    var matchesOneScalar: Bool {
        switch self {
        case .any, .literal, .set: true
        default: false
        }
    }
}
