// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes a parsed pattern in PCRE2's dialect, using only constructs whose meaning is the same everywhere.
///
/// Nothing of the user's text is copied: every byte written comes from a node.
struct PatternWriter {
    let references: Set<Int>
    /// Whether the whole pattern ignores case, so that parts needn't say so.
    let isCaseless: Bool
    /// Whether to write `x+` as `xx*`: PCRE2's other matcher counts the repetitions of the former, which makes every
    /// count a state of its own.
    let avoidsCounting: Bool
    var output = PatternOutput()
    private var conditionCount = 0
    private var writtenGroups: Set<Int> = []

    init(references: Set<Int>, isCaseless: Bool, avoidsCounting: Bool) {
        self.references = references
        self.isCaseless = isCaseless
        self.avoidsCounting = avoidsCounting
    }

    mutating func write(_ text: String) throws(PatternSyntaxError) {
        try output.write(text)
    }

    mutating func write(_ node: PatternNode) throws(PatternSyntaxError) {
        switch node {
        case .empty, .keepOut: try write("(?:)")
        case .any(let includingNewline): try write(includingNewline ? "(?s:.)" : ".")
        case .literal(let value, let caseless):
            try writeCase(caseless) { writer throws(PatternSyntaxError) in try writer.output.write(scalar: value) }
        case .set(let set, let caseless):
            try writeCase(caseless) { writer throws(PatternSyntaxError) in try writer.writeSet(set, caseless) }
        case .assertion(let assertion): try write(assertion)
        case .concatenation(let children): try writeConcatenation(children[...])
        case .alternation(let children):
            try write("(?:")
            try writeBranches(children)
            try write(")")
        case .group(let child, let number): try writeGroup(child, number)
        case .look(let child, let behind, let negative):
            if behind {
                try writeLookBehind(child, negative: negative)
            } else {
                try write(negative ? "(?!" : isAtomic(child) ? "(?=" : "(?*")
                try writeInner(child)
                try write(")")
            }
        case .repetition(let child, let lower, let upper, let greedy):
            try writeRepetition(child, lower, upper, greedy)
        case .atomic(let child):
            try write("(?>")
            try writeInner(child)
            try write(")")
        case .reference(let group, let caseless):
            try writeCase(caseless) { writer throws(PatternSyntaxError) in try writer.write("\\k<g\(group)>") }
        case .groupExists(let group):
            try write("(?(<g\(group)>)|(?!))")
        case .conditional(let condition, let yes, let no): try writeConditional(condition, yes, no)
        }
    }

    /// Writes `node` where an alternation needs no group of its own.
    mutating func writeInner(_ node: PatternNode) throws(PatternSyntaxError) {
        if case .alternation(let children) = node { try writeBranches(children) } else { try write(node) }
    }

    private mutating func writeBranches(_ children: [PatternNode]) throws(PatternSyntaxError) {
        for (index, child) in children.enumerated() {
            if index > 0 { try write("|") }
            try write(child)
        }
    }

    /// Writes literals of one case in a row as one piece, which PCRE2 searches faster.
    private mutating func writeConcatenation(_ children: ArraySlice<PatternNode>) throws(PatternSyntaxError) {
        var rest = children
        while let first = rest.first {
            guard case .literal(_, let caseless) = first else {
                try write(first)
                rest.removeFirst()
                continue
            }
            var values: [UInt32] = []
            while case .literal(let value, caseless)? = rest.first {
                values.append(value)
                rest.removeFirst()
            }
            try writeCase(caseless) { writer throws(PatternSyntaxError) in
                for value in values { try writer.output.write(scalar: value) }
            }
        }
    }

    private mutating func writeCase(
        _ caseless: Bool, _ body: (inout PatternWriter) throws(PatternSyntaxError) -> Void
    ) throws(PatternSyntaxError) {
        guard caseless, !isCaseless else { return try body(&self) }
        try write("(?i:")
        try body(&self)
        try write(")")
    }

    private mutating func writeGroup(_ child: PatternNode, _ number: Int) throws(PatternSyntaxError) {
        if references.contains(number) {
            // A group written twice would be two groups to PCRE2.
            guard writtenGroups.insert(number).inserted else { throw PatternSyntaxError() }
            try write("(?<g\(number)>")
        } else {
            try write("(?:")
        }
        try writeInner(child)
        try write(")")
    }

    private mutating func writeRepetition(
        _ child: PatternNode, _ lower: Int, _ upper: Int?, _ greedy: Bool
    ) throws(PatternSyntaxError) {
        let lower = min(lower, upper ?? lower)
        // Once is as good as a thousand times, which PCRE2 would compile one after the other.
        if isTest(child) { return try write(lower > 0 ? child : .empty) }
        guard lower <= PatternLimits.repetition, upper ?? 0 <= PatternLimits.repetition else {
            throw PatternSyntaxError()
        }
        if avoidsCounting, lower > 0, upper == nil, child.matchesOneScalar {
            if lower > 1 {
                try writeRepetition(child, lower, lower, true)
            } else {
                try write(child)
            }
            return try writeRepetition(child, 0, nil, greedy)
        }
        let needsGroup =
            switch child {
            case .any, .group, .set: false
            case .literal(_, let caseless): caseless && !isCaseless
            default: true
            }
        if needsGroup { try write("(?:") }
        try writeInner(child)
        if needsGroup { try write(")") }
        switch (lower, upper) {
        case (0, 1): try write("?")
        case (0, nil): try write("*")
        case (1, nil): try write("+")
        case (_, nil): try write("{\(lower),}")
        case (_, let upper?): try write(lower == upper ? "{\(lower)}" : "{\(lower),\(upper)}")
        }
        if !greedy { try write("?") }
    }

    private mutating func write(_ assertion: PatternAssertion) throws(PatternSyntaxError) {
        let word = Self.wordClass
        switch assertion {
        case .textStart, .searchStart: try write("\\A")
        case .textEnd: try write("\\z")
        case .textEndBeforeNewlines: try write("(?=\\x{a}*\\z)")
        case .lineStart: try write("(?<![^\\x{a}])")
        case .lineEnd: try write("(?![^\\x{a}])")
        case .wordBoundary: try write("(?(?<=\(word))(?!\(word))|(?=\(word)))")
        case .notWordBoundary: try write("(?(?<=\(word))(?=\(word))|(?!\(word)))")
        case .wordStart: try write("(?<!\(word))(?=\(word))")
        case .wordEnd: try write("(?<=\(word))(?!\(word))")
        case .wordStartHalf: try write("(?<!\(word))")
        case .wordEndHalf: try write("(?!\(word))")
        }
    }

    private mutating func writeConditional(
        _ condition: PatternNode, _ yes: PatternNode, _ no: PatternNode
    ) throws(PatternSyntaxError) {
        if case .groupExists(let group) = condition {
            try write("(?(<g\(group)>)")
            try write(yes)
        } else {
            // The condition may consume text. It is tried once, ahead of the branch, and what it took is then skipped.
            conditionCount += 1
            let name = "c\(conditionCount)"
            try write("(?(?=(?<\(name)>")
            try writeInner(condition)
            try write("))(?-i:\\k<\(name)>)")
            try write(yes)
        }
        try write("|")
        try write(no)
        try write(")")
    }

    /// Whether a node consumes nothing and captures nothing, so that repeating it changes nothing.
    private func isTest(_ node: PatternNode) -> Bool {
        switch node {
        case .assertion: true
        case .look: isAtomic(node)
        case .group(let child, let number): !references.contains(number) && isTest(child)
        case .concatenation(let children), .alternation(let children): children.allSatisfy(isTest)
        default: false
        }
    }

    /// Whether a look-around holds at most one way, so that coming back to it can't change a captured group.
    func isAtomic(_ node: PatternNode) -> Bool {
        switch node {
        case .group(let child, let number): !references.contains(number) && isAtomic(child)
        case .concatenation(let children), .alternation(let children): children.allSatisfy(isAtomic)
        case .look(let child, _, _), .repetition(let child, _, _, _), .atomic(let child): isAtomic(child)
        case .conditional(let condition, let yes, let no): isAtomic(condition) && isAtomic(yes) && isAtomic(no)
        default: true
        }
    }
}

/// The text of a translated pattern while it is being written.
struct PatternOutput {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ text: String) throws(PatternSyntaxError) {
        bytes.append(contentsOf: text.utf8)
        guard bytes.count <= PatternLimits.translatedLength else { throw PatternSyntaxError() }
    }

    /// Writes a scalar that stands for itself, in or outside a class.
    mutating func write(scalar value: UInt32) throws(PatternSyntaxError) {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(UInt8(value))
        case 0x20...0x7E: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(value)])
        default: try write("\\x{" + String(value, radix: 16) + "}")
        }
        guard bytes.count <= PatternLimits.translatedLength else { throw PatternSyntaxError() }
    }
}
