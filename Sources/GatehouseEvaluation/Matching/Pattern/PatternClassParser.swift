// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Gives the elements of a bracketed class their meaning: ranges, nested classes and set operators.
struct PatternClassParser {
    private let tokens: [PatternParser.ClassToken]
    private var index = 0
    private var operationCount = 0

    init(_ tokens: [PatternParser.ClassToken]) {
        self.tokens = tokens
    }

    /// Reads the class whose opening bracket has been read; it must end with the last token.
    mutating func parse() throws(PatternSyntaxError) -> PatternSet {
        let set = try parseSet(depth: 0)
        guard index == tokens.count else { throw PatternSyntaxError() }
        return set
    }

    private enum Operator {
        case intersection
        case difference
        case symmetricDifference
    }

    private func syntax(_ offset: Int = 0) -> UInt8? {
        guard index + offset < tokens.count, case .scalar(let value, true) = tokens[index + offset], value < 0x80
        else { return nil }
        return UInt8(value)
    }

    private mutating func parseSet(depth: Int) throws(PatternSyntaxError) -> PatternSet {
        guard depth < PatternLimits.classDepth else { throw PatternSyntaxError() }
        var items: [PatternSetItem] = []
        var pending: (set: PatternSet, operation: Operator)?
        let negated = syntax() == UInt8(ascii: "^")
        if negated { index += 1 }
        while syntax() == UInt8(ascii: "-") {
            items.append(.range(0x2D, 0x2D))
            index += 1
        }
        if items.isEmpty, syntax() == UInt8(ascii: "]") {
            items.append(.range(0x5D, 0x5D))
            index += 1
        }
        func combined() -> PatternSet {
            let right = PatternSet.union(items)
            guard let pending else { return right }
            return switch pending.operation {
            case .intersection: .intersection(pending.set, right)
            case .difference: .difference(pending.set, right)
            case .symmetricDifference: .symmetricDifference(pending.set, right)
            }
        }
        while index < tokens.count {
            let first = syntax()
            if first == UInt8(ascii: "]") {
                index += 1
                return negated ? .negation(combined()) : combined()
            }
            if first == UInt8(ascii: "[") {
                if let ascii = parseASCIIClass() {
                    items.append(ascii)
                } else {
                    index += 1
                    items.append(.nested(try parseSet(depth: depth + 1)))
                }
            } else if let operation = parseOperator(first) {
                index += 2
                operationCount += 1
                guard operationCount <= PatternLimits.classOperations else { throw PatternSyntaxError() }
                pending = (combined(), operation)
                items = []
            } else {
                items.append(try parseRange())
            }
        }
        throw PatternSyntaxError()
    }

    private func parseOperator(_ first: UInt8?) -> Operator? {
        guard let first, syntax(1) == first else { return nil }
        return switch first {
        case UInt8(ascii: "&"): .intersection
        case UInt8(ascii: "-"): .difference
        case UInt8(ascii: "~"): .symmetricDifference
        default: nil
        }
    }

    /// Reads one element, or a range if a `-` that is neither last nor an operator follows.
    private mutating func parseRange() throws(PatternSyntaxError) -> PatternSetItem {
        let first = tokens[index]
        index += 1
        guard index < tokens.count else { throw PatternSyntaxError() }
        let isRange = syntax() == UInt8(ascii: "-") && syntax(1) != UInt8(ascii: "]") && syntax(1) != UInt8(ascii: "-")
        guard isRange else {
            switch first {
            case .scalar(let value, _): return .range(value, value)
            case .item(let item): return item
            }
        }
        index += 1
        guard index < tokens.count, case .scalar(let low, _) = first, case .scalar(let high, _) = tokens[index],
            low <= high
        else { throw PatternSyntaxError() }
        index += 1
        return .range(low, high)
    }

    /// Reads `[:name:]`; anything that isn't quite one is a nested class of its characters.
    private mutating func parseASCIIClass() -> PatternSetItem? {
        let start = index
        guard syntax(1) == UInt8(ascii: ":") else { return nil }
        index += 2
        let negated = syntax() == UInt8(ascii: "^")
        if negated { index += 1 }
        var name = ""
        while let current = syntax(), current != UInt8(ascii: ":") {
            name.unicodeScalars.append(Unicode.Scalar(current))
            index += 1
        }
        if syntax() == UInt8(ascii: ":"), syntax(1) == UInt8(ascii: "]"), let ranges = Self.asciiRanges(name) {
            index += 2
            return .ascii(ranges, negated: negated)
        }
        index = start
        return nil
    }

    private static func asciiRanges(_ name: String) -> [ClosedRange<UInt32>]? {
        switch name {
        case "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "alpha": [0x41...0x5A, 0x61...0x7A]
        case "ascii": [0x00...0x7F]
        case "blank": [0x09...0x09, 0x20...0x20]
        case "cntrl": [0x00...0x1F, 0x7F...0x7F]
        case "digit": [0x30...0x39]
        case "graph": [0x21...0x7E]
        case "lower": [0x61...0x7A]
        case "print": [0x20...0x7E]
        case "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        case "space": [0x09...0x0D, 0x20...0x20]
        case "upper": [0x41...0x5A]
        case "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
        case "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66]
        default: nil
        }
    }
}

extension PatternParser {
    /// One element of a class between its brackets, with escapes resolved.
    enum ClassToken {
        /// `isPlain` tells whether the scalar can still act as syntax.
        case scalar(UInt32, isPlain: Bool)
        case item(PatternSetItem)
    }

    /// Reads a bracketed class.
    ///
    /// Two readers in a row decide what a class means: the first finds its end and resolves escapes, the second, with
    /// rules of its own, gives brackets and operators their meaning. Some classes get through the first only.
    mutating func parseClass(at start: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        var index = start + 1
        var depth = 1
        var tokens: [ClassToken] = []
        func plain(_ ascii: UInt8) -> ClassToken { .scalar(UInt32(ascii), isPlain: true) }
        if byte(index) == UInt8(ascii: "^") {
            tokens.append(plain(UInt8(ascii: "^")))
            index += 1
        }
        if byte(index) == UInt8(ascii: "]") {
            tokens.append(plain(UInt8(ascii: "]")))
            index += 1
        }
        while depth > 0 {
            guard let current = byte(index) else { throw PatternSyntaxError() }
            switch current {
            case UInt8(ascii: "\\"): index = try appendEscape(at: index, to: &tokens)
            default:
                if current == UInt8(ascii: "[") { depth += 1 }
                if current == UInt8(ascii: "]") { depth -= 1 }
                let (next, value) = try scalar(at: index)
                tokens.append(.scalar(value, isPlain: true))
                index = next
            }
        }
        var parser = PatternClassParser(tokens)
        let set = try parser.parse()
        return (index, .set(set, caseless: flags.contains(.caseless)))
    }

    private func appendEscape(
        at start: Int, to tokens: inout [ClassToken]
    ) throws(PatternSyntaxError) -> Int {
        switch byte(start + 1) {
        case UInt8(ascii: "b"):
            tokens.append(.scalar(0x08, isPlain: false))
            return start + 2
        case .some(let letter) where [0x6B, 0x41, 0x7A, 0x42, 0x4B, 0x47].contains(letter):
            // k A z B K G have no meaning in a class: the reference reads them as literals.
            tokens.append(.scalar(UInt32(letter), isPlain: true))
            return start + 2
        default: break
        }
        let (next, escape) = try parseSharedEscape(at: start)
        switch escape {
        case .scalar(let value, _):
            tokens.append(.scalar(value, isPlain: !Self.isClassSyntax(value)))
        case .set(.union(let items), true) where items.count == 1:
            tokens.append(.item(items[0]))
        case .set:
            // \h and \H are handed on as the nested class they stand for.
            let text = byte(start + 1) == UInt8(ascii: "H") ? "[^0-9A-Fa-f]" : "[0-9A-Fa-f]"
            tokens.append(contentsOf: text.unicodeScalars.map { .scalar($0.value, isPlain: true) })
        }
        return next
    }

    /// Whether the first reader hands the escaped scalar on with its backslash.
    private static func isClassSyntax(_ value: UInt32) -> Bool {
        switch value {
        case 0x5C, 0x2E, 0x2B, 0x2A, 0x3F, 0x28, 0x29, 0x7C, 0x5B, 0x5D, 0x7B, 0x7D, 0x5E, 0x24, 0x23, 0x26, 0x2D, 0x7E:
            true
        default: false
        }
    }
}
