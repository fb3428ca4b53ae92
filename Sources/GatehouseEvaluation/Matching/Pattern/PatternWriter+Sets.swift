// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension PatternWriter {
    /// `\w`: the ASCII part comes first because PCRE2 finds it in a bitmap.
    private static let wordItems = "0-9A-Z_a-z\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}"
    static let wordClass = "[" + wordItems + "]"

    private static let spaceRanges: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
    ]

    /// Writes a set as a piece that matches exactly one scalar and can be repeated.
    mutating func writeSet(_ set: PatternSet, _ caseless: Bool) throws(PatternSyntaxError) {
        var parts = Parts()
        if case .negation(let inner) = set {
            try collect(inner, into: &parts, caseless)
            try write(parts, negated: true)
        } else {
            try collect(set, into: &parts, caseless)
            try write(parts, negated: false)
        }
    }

    /// A union, as what fits in one of PCRE2's classes and what doesn't.
    private struct Parts {
        var listed = PatternOutput()
        var others: [[UInt8]] = []
    }

    private mutating func write(_ parts: Parts, negated: Bool) throws(PatternSyntaxError) {
        let listed = String(decoding: parts.listed.bytes, as: UTF8.self)
        let others = parts.others.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
        switch (listed.isEmpty, others.isEmpty, negated) {
        case (true, true, false): try write("(?:(?!))")
        case (true, true, true): try write("(?s:.)")
        case (false, true, false): try write("[\(listed)]")
        case (false, true, true): try write("[^\(listed)]")
        case (true, false, false): try write("(?:\(others))")
        case (true, false, true): try write("(?:(?!\(others))(?s:.))")
        case (false, false, false): try write("(?:[\(listed)]|\(others))")
        case (false, false, true): try write("(?:(?!\(others))[^\(listed)])")
        }
    }

    private func fragment(
        _ body: (inout PatternWriter) throws(PatternSyntaxError) -> Void
    ) throws(PatternSyntaxError) -> [UInt8] {
        var writer = PatternWriter(references: references, isCaseless: isCaseless, avoidsCounting: avoidsCounting)
        try body(&writer)
        return writer.output.bytes
    }

    private mutating func collect(
        _ set: PatternSet, into parts: inout Parts, _ caseless: Bool
    ) throws(PatternSyntaxError) {
        switch set {
        case .union(let items):
            for item in items { try collect(item, into: &parts, caseless) }
        case .negation(let inner):
            parts.others.append(
                try fragment { writer throws(PatternSyntaxError) in
                    try writer.writeSet(.negation(inner), caseless)
                })
        case .intersection(let left, let right): try combine("(?=", left, right, into: &parts, caseless)
        case .difference(let left, let right): try combine("(?!", right, left, into: &parts, caseless)
        case .symmetricDifference(let left, let right):
            try combine("(?!", right, left, into: &parts, caseless)
            try combine("(?!", left, right, into: &parts, caseless)
        }
    }

    /// Adds the members of `taken` that pass a look-ahead for `tested`.
    private mutating func combine(
        _ look: String, _ tested: PatternSet, _ taken: PatternSet, into parts: inout Parts, _ caseless: Bool
    ) throws(PatternSyntaxError) {
        parts.others.append(
            try fragment { writer throws(PatternSyntaxError) in
                try writer.write(look)
                try writer.writeSet(tested, caseless)
                try writer.write(")")
                try writer.writeSet(taken, caseless)
            })
        guard parts.others.reduce(0, { $0 + $1.count }) <= PatternLimits.translatedLength else {
            throw PatternSyntaxError()
        }
    }

    private mutating func collect(
        _ item: PatternSetItem, into parts: inout Parts, _ caseless: Bool
    ) throws(PatternSyntaxError) {
        switch item {
        case .range(let low, let high): try list([low...high], into: &parts)
        case .digit(let negated): try parts.listed.write(negated ? "\\P{Nd}" : "\\p{Nd}")
        case .space(let negated):
            try list(negated ? Self.complement(Self.spaceRanges) : Self.spaceRanges, into: &parts)
        case .word(let negated):
            if negated {
                parts.others.append(Array("[^\(Self.wordItems)]".utf8))
            } else {
                try parts.listed.write(Self.wordItems)
            }
        case .ascii(let ranges, let negated):
            // Negated, PCRE2 would fold the complement; so it is written out closed under case already.
            try list(
                negated ? Self.complement(caseless ? Self.closedUnderCase(ranges) : ranges) : ranges, into: &parts)
        case .property(let property, let negated):
            guard caseless, let closed = property.closedUnderCase else {
                return try parts.listed.write((negated ? "\\P{" : "\\p{") + property.name + "}")
            }
            parts.others.append(Array((negated ? "(?-i:(?!\(closed))(?s:.))" : "(?-i:\(closed))").utf8))
        case .nested(let set):
            try collect(set, into: &parts, caseless)
        }
    }

    private func list(_ ranges: [ClosedRange<UInt32>], into parts: inout Parts) throws(PatternSyntaxError) {
        for range in ranges {
            try parts.listed.write(scalar: range.lowerBound)
            guard range.count > 1 else { continue }
            try parts.listed.write("-")
            try parts.listed.write(scalar: range.upperBound)
        }
    }

    /// Everything but `ranges`, which are ascending.
    private static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        result.append(next...0x10FFFF)
        return result
    }

    /// Adds what ASCII letters fold to: the other case, `ſ` for s and the Kelvin sign for k.
    private static func closedUnderCase(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        func has(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }
        var members = (0...0x7F as ClosedRange<UInt32>).filter { value in
            let isLetter = (0x61...0x7A).contains(value | 0x20) && value >= 0x41
            return has(value) || isLetter && has(value ^ 0x20)
        }
        if has(0x73) || has(0x53) { members.append(0x17F) }
        if has(0x6B) || has(0x4B) { members.append(0x212A) }
        return members.map { $0...$0 }
    }
}
