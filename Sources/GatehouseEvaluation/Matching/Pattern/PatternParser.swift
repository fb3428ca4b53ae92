// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Reads a pattern the way the reference does, including what it rejects.
///
/// Every function takes the index to read at and returns the index after what it read, because the reference's
/// reading of blanks and comments is easiest to follow that way.
struct PatternParser {
    let bytes: [UInt8]
    var flags: PatternFlags = []
    /// Groups opened so far.
    var groupCount = 0
    var names: [String: Int] = [:]
    /// Groups that something refers to.
    var references: Set<Int> = []
    private var usesNumericReferences = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func parse() throws(PatternSyntaxError) -> PatternNode {
        let (index, node) = try parseAlternation(at: 0, depth: 0)
        guard index == bytes.count else { throw PatternSyntaxError() }
        guard references.allSatisfy({ $0 >= 1 && $0 <= groupCount }) else { throw PatternSyntaxError() }
        return node
    }

    func byte(_ index: Int) -> UInt8? {
        index >= 0 && index < bytes.count ? bytes[index] : nil
    }

    func starts(_ text: StaticString, at index: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index >= 0, index <= bytes.count, bytes.count - index >= count else { return false }
        return text.withUTF8Buffer { expected in
            expected.indices.allSatisfy { bytes[index + $0] == expected[$0] }
        }
    }

    mutating func noteNumericReference(_ group: Int) {
        usesNumericReferences = true
        references.insert(group)
    }

    mutating func parseAlternation(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        var (index, child) = try parseBranch(at: start, depth: depth)
        index = try skipBlanks(at: index)
        guard byte(index) == UInt8(ascii: "|") else {
            // Numbered and named references don't mix; only branches without an alternative notice.
            guard !usesNumericReferences || names.isEmpty else { throw PatternSyntaxError() }
            return (index, child)
        }
        var children = [child]
        while byte(index) == UInt8(ascii: "|") {
            (index, child) = try parseBranch(at: index + 1, depth: depth)
            children.append(child)
            index = try skipBlanks(at: index)
        }
        return (index, .alternation(children))
    }

    private mutating func parseBranch(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        var index = start
        var children: [PatternNode] = []
        while index < bytes.count {
            let (next, child) = try parsePiece(at: index, depth: depth)
            if next == index { break }
            if !child.isEmpty { children.append(child) }
            index = next
        }
        switch children.count {
        case 0: return (index, .empty)
        case 1: return (index, children[0])
        default: return (index, .concatenation(children))
        }
    }

    private mutating func parsePiece(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        var (index, child) = try parseAtom(at: start, depth: depth)
        index = try skipBlanks(at: index)
        let lower: Int
        var upper: Int?
        switch byte(index) {
        case UInt8(ascii: "?"): (lower, upper) = (0, 1)
        case UInt8(ascii: "*"): (lower, upper) = (0, nil)
        case UInt8(ascii: "+"): (lower, upper) = (1, nil)
        case UInt8(ascii: "{"):
            // A brace that doesn't hold a repetition stands for itself.
            guard let count = parseRepetition(at: index) else { return (index, child) }
            (index, lower, upper) = (count.end - 1, count.lower, count.upper)
        default: return (index, child)
        }
        guard isRepeatable(child) else { throw PatternSyntaxError() }
        index = try skipBlanks(at: index + 1)
        var greedy = true
        if byte(index) == UInt8(ascii: "?") {
            greedy = false
            index += 1
        }
        if flags.contains(.swapGreed) { greedy.toggle() }
        child = .repetition(child, lower: lower, upper: upper, greedy: greedy)
        if byte(index) == UInt8(ascii: "+") {
            index += 1
            child = .atomic(child)
        }
        return (index, child)
    }

    private func isRepeatable(_ node: PatternNode) -> Bool {
        switch node {
        case .look, .empty, .keepOut, .groupExists: false
        case .assertion(.searchStart), .assertion(.textEndBeforeNewlines): false
        default: true
        }
    }

    /// Reads `{n}`, `{n,}`, `{,m}` or `{n,m}`; `nil` if it isn't one.
    private func parseRepetition(at start: Int) -> (end: Int, lower: Int, upper: Int?)? {
        guard var index = try? skipBlanks(at: start + 1) else { return nil }
        var lower = 0
        if byte(index) != UInt8(ascii: ",") {
            guard let (next, value) = parseDecimal(at: index) else { return nil }
            (index, lower) = (next, value)
        }
        guard let next = try? skipBlanks(at: index) else { return nil }
        index = next
        var upper: Int? = lower
        if byte(index) == UInt8(ascii: ",") {
            guard let afterComma = try? skipBlanks(at: index + 1) else { return nil }
            index = afterComma
            if let (next, value) = parseDecimal(at: index) {
                (index, upper) = (next, value)
            } else {
                upper = nil
            }
        }
        guard let end = try? skipBlanks(at: index), byte(end) == UInt8(ascii: "}") else { return nil }
        return (end + 1, lower, upper)
    }

    /// Reads decimal digits; `nil` if there are none or too many to count.
    func parseDecimal(at start: Int) -> (Int, Int)? {
        var index = start
        var value = 0
        while let digit = byte(index), (0x30...0x39).contains(digit) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(digit - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
            index += 1
        }
        return index == start ? nil : (index, value)
    }

    private mutating func parseAtom(at start: Int, depth: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let index = try skipBlanks(at: start)
        guard let first = byte(index) else { return (index, .empty) }
        switch first {
        case UInt8(ascii: "."): return (index + 1, .any(includingNewline: flags.contains(.dotMatchesNewline)))
        case UInt8(ascii: "^"): return (index + 1, .assertion(flags.contains(.multiline) ? .lineStart : .textStart))
        case UInt8(ascii: "$"): return (index + 1, .assertion(flags.contains(.multiline) ? .lineEnd : .textEnd))
        case UInt8(ascii: "("): return try parseGroup(at: index, depth: depth)
        case UInt8(ascii: "\\"): return try parseEscape(at: index)
        case UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "|"), UInt8(ascii: ")"):
            return (index, .empty)
        case UInt8(ascii: "["): return try parseClass(at: index)
        default:
            let (next, scalar) = try scalar(at: index)
            return (next, .literal(scalar, caseless: flags.contains(.caseless)))
        }
    }

    /// Skips comments anywhere, and blanks and `#` to the end of the line where `x` is on.
    func skipBlanks(at start: Int) throws(PatternSyntaxError) -> Int {
        var index = start
        let ignoresSpace = flags.contains(.ignoreSpace)
        while let current = byte(index) {
            switch current {
            case UInt8(ascii: "#") where ignoresSpace:
                guard let end = bytes[index...].firstIndex(of: 0x0A) else { return bytes.count }
                index = end + 1
            case 0x20, 0x0D, 0x0A, 0x09:
                guard ignoresSpace else { return index }
                index += 1
            case UInt8(ascii: "(") where starts("(?#", at: index):
                index += 3
                while true {
                    guard let inside = byte(index) else { throw PatternSyntaxError() }
                    index += inside == UInt8(ascii: "\\") ? 2 : 1
                    if inside == UInt8(ascii: ")") { break }
                }
            default: return index
            }
        }
        return index
    }

    /// Decodes the scalar at `index`, whose bytes are known to be valid UTF-8.
    func scalar(at index: Int) throws(PatternSyntaxError) -> (Int, UInt32) {
        guard let first = byte(index) else { throw PatternSyntaxError() }
        let (count, head): (Int, UInt8) =
            switch first {
            case ..<0x80: (1, first)
            case ..<0xE0: (2, first & 0x1F)
            case ..<0xF0: (3, first & 0x0F)
            default: (4, first & 0x07)
            }
        guard bytes.count - index >= count else { throw PatternSyntaxError() }
        let value = bytes[(index + 1)..<(index + count)].reduce(UInt32(head)) { ($0 << 6) | UInt32($1 & 0x3F) }
        guard Unicode.Scalar(value) != nil else { throw PatternSyntaxError() }
        return (index + count, value)
    }
}

/// The inline flags (`(?ims…)`) in force at a point of the pattern.
struct PatternFlags: OptionSet {
    let rawValue: UInt8

    static let caseless = PatternFlags(rawValue: 1)
    static let multiline = PatternFlags(rawValue: 2)
    static let dotMatchesNewline = PatternFlags(rawValue: 4)
    static let swapGreed = PatternFlags(rawValue: 8)
    static let ignoreSpace = PatternFlags(rawValue: 16)
}
