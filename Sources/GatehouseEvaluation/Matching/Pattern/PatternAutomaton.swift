// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Estimates the automata the reference would build, to reject what it finds too big, and what only its backtracking
/// machine takes.
///
/// It unrolls counted repetitions, so that `\w{210}` is beyond its 10 MiB while `\w{209}` isn't. PCRE2 accepts both;
/// but a pattern that doesn't compile matches nothing, and that is the answer to give. Parts the reference handles in
/// its backtracking machine aren't unrolled and don't count.
struct PatternAutomaton {
    let references: Set<Int>

    /// Goes through a whole pattern.
    ///
    /// The reference makes a group of a look-ahead at the very end: its linear engine gets the whole pattern if no other part
    /// needs to backtrack, and otherwise nothing of a look-ahead that does.
    func check(pattern node: PatternNode) throws(PatternSyntaxError) {
        var children = [node]
        if case .concatenation(let parts) = node { children = parts }
        guard case .look(let end, behind: false, negative: false)? = children.popLast() else { return try check(node) }
        let isEndHard = try width(of: end).needsBacktracking
        if !isEndHard, try !width(of: .concatenation(children)).needsBacktracking { return try limit(children + [end]) }
        try check(.concatenation(children + [.look(.empty, behind: false, negative: false)]))
        try check(end, hard: isEndHard)
    }

    /// Goes through `node` as the reference's compiler would; `hard` is whether the rest of the pattern may backtrack.
    func check(_ node: PatternNode, hard: Bool = false) throws(PatternSyntaxError) {
        let width = try width(of: node)
        if !hard, !width.needsBacktracking { return try limit([node]) }
        switch node {
        case .concatenation(let children):
            var widths: [PatternWidth] = []
            for child in children { widths.append(try self.width(of: child)) }
            let head = widths.prefix { $0.isFixed && !$0.needsBacktracking }.count
            let tail = widths.dropFirst(head).reversed().prefix { !$0.needsBacktracking && ($0.isFixed || !hard) }.count
            try limit(Array(children.prefix(head)))
            try limit(Array(children.suffix(tail)))
            for child in children.dropFirst(head).dropLast(tail) { try check(child, hard: true) }
        case .alternation(let children):
            for child in children { try check(child, hard: hard) }
        case .group(let child, _): try check(child, hard: hard)
        case .repetition(let child, let lower, let upper, _):
            try check(child, hard: hard || width.needsBacktracking && !(lower == 0 && upper == 1))
        case .look(let child, _, _), .atomic(let child): try check(child)
        case .conditional(let condition, let yes, let no):
            try check(condition, hard: hard)
            try check(yes, hard: hard)
            try check(no, hard: hard)
        default: return
        }
    }

    private func width(of node: PatternNode) throws(PatternSyntaxError) -> PatternWidth {
        var analysis = PatternAnalysis(references: references)
        return try analysis.visit(node)
    }

    private func limit(_ nodes: [PatternNode]) throws(PatternSyntaxError) {
        guard !nodes.contains(where: \.hasReversedCount) else { throw PatternSyntaxError() }
        let size = nodes.reduce(0.0) { $0 + Self.size(of: $1) }
        guard size <= PatternLimits.automatonSize else { throw PatternSyntaxError() }
    }

    /// Bytes of the automaton for a part, by what single constructs were observed to take.
    private static func size(of node: PatternNode) -> Double {
        switch node {
        case .any: 1_000
        case .literal(let value, _): value < 0x80 ? 32 : value < 0x800 ? 64 : 96
        case .set(let set, _): size(of: set)
        case .concatenation(let children): children.reduce(0) { $0 + size(of: $1) }
        case .alternation(let children): children.reduce(64) { $0 + size(of: $1) }
        case .group(let child, _): 64 + size(of: child)
        case .look(let child, _, _), .atomic(let child): size(of: child)
        case .repetition(let child, let lower, let upper, _): size(of: child) * Double(upper ?? max(lower, 1))
        case .conditional(let condition, let yes, let no): size(of: condition) + size(of: yes) + size(of: no)
        case .empty, .assertion, .reference, .groupExists, .keepOut: 32
        }
    }

    private static func size(of set: PatternSet) -> Double {
        switch set {
        case .union(let items):
            // Overlapping members share states: the largest counts, and half of the others.
            let sizes = items.map(size(of:))
            let largest = sizes.max() ?? 0
            return 48 + largest + (sizes.reduce(0, +) - largest) / 2
        case .negation(let inner): return max(1_000, size(of: inner))
        case .intersection(let left, let right), .difference(let left, let right),
            .symmetricDifference(let left, let right):
            return max(size(of: left), size(of: right))
        }
    }

    private static func size(of item: PatternSetItem) -> Double {
        switch item {
        case .range(_, let high): high < 0x80 ? 16 : 100
        case .ascii(_, let negated): negated ? 1_000 : 64
        case .digit(let negated): negated ? 12_700 : 5_070
        case .space(let negated): negated ? 1_870 : 630
        case .word(let negated): negated ? 46_500 : 50_100
        case .nested(let set): size(of: set)
        case .property(let property, _):
            switch property.name {
            case "L": 42_900
            case "alphabetic", "alpha": 47_100
            case "Lu", "Ll", "lowercase", "uppercase": 26_600
            case "M": 18_700
            case "S": 15_700
            case "P": 11_800
            case "N": 9_700
            default: 3_000
            }
        }
    }
}
