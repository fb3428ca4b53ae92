// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Looks over a parsed pattern once, before it is written out again.
struct PatternAnalysis {
    private let references: Set<Int>
    private var groupWidths: [Int: PatternWidth] = [:]
    private(set) var hasCaseless = false
    private(set) var hasCaseSensitive = false
    private(set) var hasConditional = false
    private(set) var hasAtomic = false
    /// Repetitions of no fixed count, other than a few `?`.
    private(set) var hasVariableRepetition = false
    /// Whether a look-around contains a repetition.
    private(set) var hasLongLook = false
    private var optionalCount = 0
    private var repetitionDepth = 0
    private var lookDepth = 0

    init(references: Set<Int>) {
        self.references = references
    }

    /// Measures `node` and everything in it, in reading order, and rejects look-behinds the reference rejects.
    mutating func visit(_ node: PatternNode) throws(PatternSyntaxError) -> PatternWidth {
        switch node {
        case .empty: return PatternWidth()
        case .any: return PatternWidth(minimum: 1)
        case .literal(let value, let caseless):
            if Self.hasCase(value) { note(caseless) }
            return PatternWidth(minimum: 1)
        case .set(let set, let caseless):
            if Self.hasCase(set) { note(caseless) }
            return PatternWidth(minimum: 1)
        case .assertion(let assertion): return PatternWidth(needsBacktracking: assertion.needsBacktracking)
        case .concatenation(let children):
            var width = PatternWidth()
            for child in children { width = width + (try visit(child)) }
            return width
        case .alternation(let children):
            var width = try visit(children[0])
            for child in children.dropFirst() { width = width | (try visit(child)) }
            return width
        case .group(let child, let number):
            var width = try visit(child)
            groupWidths[number] = width
            if references.contains(number) { width.needsBacktracking = true }
            return width
        case .look(let child, let behind, _):
            try visitLook(child, behind: behind)
            return PatternWidth(needsBacktracking: true)
        case .repetition(let child, let lower, let upper, _):
            noteRepetition(lower, upper)
            repetitionDepth += 1
            defer { repetitionDepth -= 1 }
            return try visit(child).repeated(lower, upper)
        case .atomic(let child):
            hasAtomic = true
            var width = try visit(child)
            width.needsBacktracking = true
            return width
        case .reference(let group, let caseless):
            note(caseless)
            var width = groupWidths[group] ?? PatternWidth(minimum: 0, isFixed: false)
            width.needsBacktracking = true
            return width
        case .groupExists, .keepOut: return PatternWidth(needsBacktracking: true)
        case .conditional(let condition, let yes, let no):
            hasConditional = true
            let taken = try visit(condition) + (try visit(yes))
            var width = taken | (try visit(no))
            width.needsBacktracking = true
            return width
        }
    }

    private mutating func visitLook(_ child: PatternNode, behind: Bool) throws(PatternSyntaxError) {
        lookDepth += 1
        defer { lookDepth -= 1 }
        let width = try visit(child)
        guard behind, !width.isFixed else { return }
        if case .alternation(let branches) = child {
            for branch in branches {
                // Every branch of a look-behind is a look-behind of its own.
                let width = try visit(branch)
                if !width.isFixed && width.needsBacktracking { throw PatternSyntaxError() }
            }
        } else if width.needsBacktracking {
            throw PatternSyntaxError()
        }
    }

    private mutating func noteRepetition(_ lower: Int, _ upper: Int?) {
        if lookDepth > 0 { hasLongLook = true }
        if repetitionDepth > 0 || upper == nil || (lower, upper) != (0, 1) && lower != upper {
            hasVariableRepetition = true
        } else if lower != upper {
            optionalCount += 1
            if optionalCount > PatternLimits.optionalParts { hasVariableRepetition = true }
        }
    }

    private mutating func note(_ caseless: Bool) {
        if caseless { hasCaseless = true } else { hasCaseSensitive = true }
    }

    private static func hasCase(_ value: UInt32) -> Bool {
        value >= 0x80 || (0x61...0x7A).contains(value | 0x20)
    }

    private static func hasCase(_ set: PatternSet) -> Bool {
        switch set {
        case .union(let items):
            items.contains { item in
                switch item {
                case .range(let low, let high): high >= 0x41 && !(low == high && !hasCase(low))
                case .digit, .space, .word: false
                case .ascii, .property: true
                case .nested(let set): hasCase(set)
                }
            }
        case .intersection(let left, let right), .difference(let left, let right),
            .symmetricDifference(let left, let right):
            hasCase(left) || hasCase(right)
        case .negation(let set): hasCase(set)
        }
    }
}

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
