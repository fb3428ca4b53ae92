// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension PatternWriter {
    /// Writes a look-behind.
    ///
    /// PCRE2 requires one width for every branch, the reference doesn't. What precedes a look-behind is free, so a
    /// repetition it starts with needs no more than its minimum; other bounded ones are written out, one branch per
    /// width, and unbounded ones can't be expressed.
    mutating func writeLookBehind(_ child: PatternNode, negative: Bool) throws(PatternSyntaxError) {
        // The reference looks behind with its linear engine wherever the width varies, as that of a reversed count does.
        guard !child.hasReversedCount else { throw PatternSyntaxError() }
        let branches: [PatternNode] = if case .alternation(let children) = child { children } else { [child] }
        var variants: [PatternNode] = []
        for branch in branches {
            variants += try variantsOfFixedWidth(trimmed(branch))
            guard variants.count <= PatternLimits.lookBehindBranches else { throw PatternSyntaxError() }
        }
        try write(negative ? "(?<!" : isAtomic(child) ? "(?<=" : "(?<*")
        for (index, variant) in variants.enumerated() {
            if index > 0 { try write("|") }
            try write(variant)
        }
        try write(")")
    }

    private func isFixed(_ node: PatternNode) throws(PatternSyntaxError) -> Bool {
        var analysis = PatternAnalysis(references: references)
        return try analysis.visit(node).isFixed
    }

    /// Reduces repetitions at the very start to their minimum.
    private func trimmed(_ node: PatternNode) throws(PatternSyntaxError) -> PatternNode {
        guard isAtomic(node), try !isFixed(node) else { return node }
        switch node {
        case .repetition(let child, let lower, _, let greedy):
            if lower == 0 { return .empty }
            let once = try trimmed(child)
            if lower == 1 { return once }
            return .concatenation([once, .repetition(child, lower: lower - 1, upper: lower - 1, greedy: greedy)])
        case .concatenation(let children):
            var rest = children
            while let first = rest.first {
                rest[0] = try trimmed(first)
                guard rest[0].isEmpty else { break }
                rest.removeFirst()
            }
            return rest.isEmpty ? .empty : .concatenation(rest)
        case .group(let child, let number): return .group(try trimmed(child), number: number)
        default: return node
        }
    }

    /// Splits a node of variable width into nodes of one width each.
    private func variantsOfFixedWidth(_ node: PatternNode) throws(PatternSyntaxError) -> [PatternNode] {
        if try isFixed(node) { return [node] }
        switch node {
        case .alternation(let children):
            var result: [PatternNode] = []
            for child in children { result += try variantsOfFixedWidth(child) }
            return try limited(result)
        case .concatenation(let children):
            var result: [[PatternNode]] = [[]]
            for child in children {
                let variants = try variantsOfFixedWidth(child)
                guard result.count * variants.count <= PatternLimits.lookBehindBranches else {
                    throw PatternSyntaxError()
                }
                result = result.flatMap { head in variants.map { head + [$0] } }
            }
            return result.map { .concatenation($0) }
        case .group(let child, let number) where !references.contains(number):
            return try variantsOfFixedWidth(child)
        case .repetition(let child, let lower, let upper?, let greedy):
            guard upper - lower < PatternLimits.lookBehindBranches, try isFixed(child) else {
                throw PatternSyntaxError()
            }
            return (lower...upper).map { .repetition(child, lower: $0, upper: $0, greedy: greedy) }
        default: throw PatternSyntaxError()
        }
    }

    private func limited(_ variants: [PatternNode]) throws(PatternSyntaxError) -> [PatternNode] {
        guard variants.count <= PatternLimits.lookBehindBranches else { throw PatternSyntaxError() }
        return variants
    }
}
