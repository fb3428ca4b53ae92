// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension PatternParser {
    /// Reads what starts with an opening parenthesis.
    mutating func parseGroup(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let depth = depth + 1
        guard depth < PatternLimits.groupDepth else { throw PatternSyntaxError() }
        let index = try skipBlanks(at: start + 1)
        if starts("?=", at: index) { return try parseLook(at: index + 2, depth, behind: false, negative: false) }
        if starts("?!", at: index) { return try parseLook(at: index + 2, depth, behind: false, negative: true) }
        if starts("?<=", at: index) { return try parseLook(at: index + 3, depth, behind: true, negative: false) }
        if starts("?<!", at: index) { return try parseLook(at: index + 3, depth, behind: true, negative: true) }
        if starts("?<", at: index) {
            return try parseNamedGroup(at: index + 1, open: "<", close: ">", depth: depth)
        }
        if starts("?'", at: index) {
            return try parseNamedGroup(at: index + 1, open: "'", close: "'", depth: depth)
        }
        if starts("?P<", at: index) {
            return try parseNamedGroup(at: index + 2, open: "<", close: ">", depth: depth)
        }
        if starts("?P=", at: index) {
            let (end, group) = try parseGroupName(at: index + 3, open: "", close: ")", allowRelative: false)
            return (end, .reference(group, caseless: flags.contains(.caseless)))
        }
        if starts("?>", at: index) {
            let (next, child) = try parseAlternation(at: index + 2, depth: depth)
            return (try closeParenthesis(at: next), .atomic(child))
        }
        if starts("?(", at: index) { return try parseConditional(at: index + 2, depth: depth) }
        // Calling a group as a subroutine isn't supported by the reference either.
        if starts("?P>", at: index) { throw PatternSyntaxError() }
        if byte(index) == UInt8(ascii: "?") { return try parseFlags(at: index, depth: depth) }
        groupCount += 1
        return try parseCapture(at: index, depth: depth)
    }

    private mutating func parseLook(
        at index: Int, _ depth: Int, behind: Bool, negative: Bool
    ) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let (next, child) = try parseAlternation(at: index, depth: depth)
        return (try closeParenthesis(at: next), .look(child, behind: behind, negative: negative))
    }

    private mutating func parseNamedGroup(
        at index: Int, open: StaticString, close: StaticString, depth: Int
    ) throws(PatternSyntaxError) -> (Int, PatternNode) {
        groupCount += 1
        let id = parseIdentifier(at: index, open: open, close: close, allowRelative: false)
        guard let id else { throw PatternSyntaxError() }
        names[id.name] = groupCount
        return try parseCapture(at: id.end, depth: depth)
    }

    private mutating func parseCapture(at index: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let number = groupCount
        let (next, child) = try parseAlternation(at: index, depth: depth)
        return (try closeParenthesis(at: next), .group(child, number: number))
    }

    private func closeParenthesis(at start: Int) throws(PatternSyntaxError) -> Int {
        let index = try skipBlanks(at: start)
        guard byte(index) == UInt8(ascii: ")") else { throw PatternSyntaxError() }
        return index + 1
    }

    /// Reads `?flags)` or `?flags:…)`.
    ///
    /// Flags set by the first form hold beyond the end of the surrounding group, unlike in other dialects.
    private mutating func parseFlags(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let first = start + 1
        let old = flags
        var index = first
        var negative = false
        while true {
            index = try skipBlanks(at: index)
            switch byte(index) {
            case UInt8(ascii: "i"): set(.caseless, !negative)
            case UInt8(ascii: "m"): set(.multiline, !negative)
            case UInt8(ascii: "s"): set(.dotMatchesNewline, !negative)
            case UInt8(ascii: "U"): set(.swapGreed, !negative)
            case UInt8(ascii: "x"): set(.ignoreSpace, !negative)
            case UInt8(ascii: "u"):
                if negative { throw PatternSyntaxError() }
            case UInt8(ascii: "-"):
                if negative { throw PatternSyntaxError() }
                negative = true
            case UInt8(ascii: ")"):
                if index == first || negative && index == first + 1 { throw PatternSyntaxError() }
                return (index + 1, .empty)
            case UInt8(ascii: ":"):
                if negative && index == first + 1 { throw PatternSyntaxError() }
                let (next, child) = try parseAlternation(at: index + 1, depth: depth)
                guard byte(next) == UInt8(ascii: ")") else { throw PatternSyntaxError() }
                flags = old
                return (next + 1, child)
            default: throw PatternSyntaxError()
            }
            index += 1
        }
    }

    private mutating func set(_ flag: PatternFlags, _ on: Bool) {
        if on { flags.insert(flag) } else { flags.remove(flag) }
    }

    /// Reads a conditional after its `(?(`.
    private mutating func parseConditional(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        guard let first = byte(start) else { throw PatternSyntaxError() }
        var condition: PatternNode
        let next: Int
        var isReference = true
        switch first {
        case UInt8(ascii: "'"):
            let (end, group) = try parseGroupName(at: start, open: "'", close: "')", allowRelative: true)
            (next, condition) = (end, .groupExists(group))
        case UInt8(ascii: "<"):
            let (end, group) = try parseGroupName(at: start, open: "<", close: ">)", allowRelative: true)
            (next, condition) = (end, .groupExists(group))
        case UInt8(ascii: "+"), UInt8(ascii: "-"), 0x30...0x39:
            let (end, group) = try parseGroupName(at: start, open: "", close: ")", allowRelative: true)
            (next, condition) = (end, .groupExists(group))
        default:
            let (end, node) = try parseAlternation(at: start, depth: depth)
            (next, condition) = (try closeParenthesis(at: end), node)
            // A condition that is a back-reference asks whether the group has matched.
            if case .reference(let group, _) = node { condition = .groupExists(group) } else { isReference = false }
        }
        let (end, child) = try parseAlternation(at: next, depth: depth)
        if end == next {
            guard isReference else { throw PatternSyntaxError() }
            return (try closeParenthesis(at: end), condition)
        }
        var yes = child
        var no = PatternNode.empty
        if case .alternation(let branches) = child {
            yes = branches[0]
            no = branches.count == 2 ? branches[1] : .alternation(Array(branches.dropFirst()))
        }
        let after = try closeParenthesis(at: end)
        if yes.isEmpty && no.isEmpty { return (after, condition) }
        return (after, .conditional(condition: condition, yes: yes, no: no))
    }

    /// Reads the name or number of a group and notes that something refers to it.
    mutating func parseGroupName(
        at index: Int, open: StaticString, close: StaticString, allowRelative: Bool
    ) throws(PatternSyntaxError) -> (Int, Int) {
        let id = parseIdentifier(at: index, open: open, close: close, allowRelative: allowRelative)
        guard let id else { throw PatternSyntaxError() }
        let group: Int?
        if let relative = id.relative {
            // With a name as well it is a recursion level, which the reference doesn't support.
            guard id.name.isEmpty else { throw PatternSyntaxError() }
            let (sum, overflow) = groupCount.addingReportingOverflow(relative < 0 ? relative + 1 : relative)
            group = overflow || sum < 0 ? nil : sum
        } else {
            group = names[id.name] ?? Int(id.name)
        }
        guard let group else { throw PatternSyntaxError() }
        references.insert(group)
        return (id.end, group)
    }

    private struct Identifier {
        var name: String
        var relative: Int?
        var end: Int
    }

    private func parseIdentifier(
        at start: Int, open: StaticString, close: StaticString, allowRelative: Bool
    ) -> Identifier? {
        guard starts(open, at: start),
            bytes.count - start > open.utf8CodeUnitCount + close.utf8CodeUnitCount
        else { return nil }
        let first = start + open.utf8CodeUnitCount
        var index = first
        while let (next, value) = try? scalar(at: index), Self.isIdentifier(value) { index = next }
        let name = String(decoding: bytes[first..<index], as: UTF8.self)
        if !name.isEmpty, starts(close, at: index) {
            return Identifier(name: name, relative: nil, end: index + close.utf8CodeUnitCount)
        }
        guard allowRelative, let sign = byte(index), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let (end, amount) = parseDecimal(at: index + 1), starts(close, at: end), amount != 0 || !name.isEmpty
        else { return nil }
        let relative = sign == UInt8(ascii: "-") ? -amount : amount
        return Identifier(name: name, relative: relative, end: end + close.utf8CodeUnitCount)
    }

    private static func isIdentifier(_ value: UInt32) -> Bool {
        if value < 0x80 {
            return (0x30...0x39).contains(value) || (0x61...0x7A).contains(value | 0x20) && value >= 0x41
                || value == 0x5F
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        if scalar.properties.isAlphabetic { return true }
        return switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}
