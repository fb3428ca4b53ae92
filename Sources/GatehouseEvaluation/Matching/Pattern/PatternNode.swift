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
    ///
    /// Where `upper < lower`, the reference's backtracking machine repeats `upper` times, and its linear engine rejects the
    /// pattern (``PatternAutomaton``).
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

    /// Whether there is a repetition in it whose upper count is below its lower one.
    var hasReversedCount: Bool {
        switch self {
        case .repetition(let child, let lower, let upper, _): upper ?? lower < lower || child.hasReversedCount
        case .concatenation(let children), .alternation(let children): children.contains(where: \.hasReversedCount)
        case .group(let child, _), .look(let child, _, _), .atomic(let child): child.hasReversedCount
        case .conditional(let condition, let yes, let no): [condition, yes, no].contains(where: \.hasReversedCount)
        default: false
        }
    }

    var matchesOneScalar: Bool {
        switch self {
        case .any, .literal, .set: true
        default: false
        }
    }
}

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

/// A set of scalars as written in a bracketed class: a union of items, or an operation on two sets.
indirect enum PatternSet: Sendable {
    case union([PatternSetItem])
    case intersection(PatternSet, PatternSet)
    case difference(PatternSet, PatternSet)
    case symmetricDifference(PatternSet, PatternSet)
    case negation(PatternSet)
}

/// One member of a class.
enum PatternSetItem: Sendable {
    case range(UInt32, UInt32)
    case digit(negated: Bool)
    case space(negated: Bool)
    case word(negated: Bool)
    /// An ASCII class (`[:alpha:]`) by its ranges, in ascending order.
    case ascii([ClosedRange<UInt32>], negated: Bool)
    case property(PatternProperty, negated: Bool)
    /// A class within the class.
    case nested(PatternSet)
}

extension PatternSetItem {
    /// Resolves the name between the braces of `\p{…}`; `nil` if there is no such property.
    static func property(named text: String, negated: Bool) -> PatternSetItem? {
        guard let property = PatternProperty(text) else { return nil }
        return switch property.name {
        case "ascii": .ascii([0...0x7F], negated: negated)
        case "assigned": PatternProperty("cn").map { .property($0, negated: !negated) }
        default: .property(property, negated: negated)
        }
    }
}

/// The pattern is one the reference rejects, or one this engine can't express: it does not compile.
struct PatternSyntaxError: Error {}
