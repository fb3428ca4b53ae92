// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension PatternParser {
    /// Reads an escape outside a class.
    mutating func parseEscape(at start: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        guard let letter = byte(start + 1) else { throw PatternSyntaxError() }
        let end = start + 2
        switch letter {
        case 0x30...0x39: return try parseNumberedReference(at: start + 1)
        case UInt8(ascii: "k"):
            let quoted = byte(end) == UInt8(ascii: "'")
            let (next, group) = try parseGroupName(
                at: end, open: quoted ? "'" : "<", close: quoted ? "'" : ">", allowRelative: true)
            return (next, .reference(group, caseless: flags.contains(.caseless)))
        case UInt8(ascii: "A"): return (end, .assertion(.textStart))
        case UInt8(ascii: "z"): return (end, .assertion(.textEnd))
        case UInt8(ascii: "Z"): return (end, .assertion(.textEndBeforeNewlines))
        case UInt8(ascii: "G"): return (end, .assertion(.searchStart))
        case UInt8(ascii: "K"): return (end, .keepOut)
        case UInt8(ascii: "O"): return (end, .any(includingNewline: true))
        case UInt8(ascii: "<"): return (end, .assertion(.wordStart))
        case UInt8(ascii: ">"): return (end, .assertion(.wordEnd))
        case UInt8(ascii: "b"), UInt8(ascii: "B"): return try parseBoundary(at: start)
        default:
            let (next, item) = try parseSharedEscape(at: start)
            let caseless = flags.contains(.caseless)
            switch item {
            case .set(let set, let obeysCase): return (next, .set(set, caseless: caseless && obeysCase))
            case .scalar(let value, let obeysCase): return (next, .literal(value, caseless: caseless && obeysCase))
            }
        }
    }

    private mutating func parseNumberedReference(at index: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        guard let (end, group) = parseDecimal(at: index), group < bytes.count / 2 else { throw PatternSyntaxError() }
        noteNumericReference(group)
        return (end, .reference(group, caseless: flags.contains(.caseless)))
    }

    /// Reads `\b`, `\B` and `\b{start}` and the like; a brace that starts a repetition is none of those.
    private func parseBoundary(at start: Int) throws(PatternSyntaxError) -> (Int, PatternNode) {
        let negative = byte(start + 1) == UInt8(ascii: "B")
        let plain = PatternNode.assertion(negative ? .notWordBoundary : .wordBoundary)
        let brace = try skipBlanks(at: start + 2)
        guard byte(brace) == UInt8(ascii: "{") else { return (start + 2, plain) }
        if let next = byte(try skipBlanks(at: brace + 1)), (0x30...0x39).contains(next) || next == UInt8(ascii: ",") {
            return (start + 2, plain)
        }
        guard !negative else { throw PatternSyntaxError() }
        var content: [UInt8] = []
        var index = brace + 1
        while true {
            index = try skipBlanks(at: index)
            guard let current = byte(index) else { throw PatternSyntaxError() }
            index += 1
            if current == UInt8(ascii: "}") { break }
            content.append(current)
        }
        switch String(decoding: content, as: UTF8.self) {
        case "start": return (index, .assertion(.wordStart))
        case "end": return (index, .assertion(.wordEnd))
        case "start-half": return (index, .assertion(.wordStartHalf))
        case "end-half": return (index, .assertion(.wordEndHalf))
        default: throw PatternSyntaxError()
        }
    }

    /// What an escape that is valid both inside and outside a class stands for.
    enum SharedEscape {
        case set(PatternSet, obeysCase: Bool)
        case scalar(UInt32, obeysCase: Bool)
    }

    static let hexDigits: [PatternSetItem] = [.range(0x30, 0x39), .range(0x41, 0x46), .range(0x61, 0x66)]

    func parseSharedEscape(at start: Int) throws(PatternSyntaxError) -> (Int, SharedEscape) {
        guard let letter = byte(start + 1) else { throw PatternSyntaxError() }
        let end = start + 2
        func item(_ item: PatternSetItem) -> (Int, SharedEscape) { (end, .set(.union([item]), obeysCase: true)) }
        switch letter {
        case UInt8(ascii: "d"): return item(.digit(negated: false))
        case UInt8(ascii: "D"): return item(.digit(negated: true))
        case UInt8(ascii: "s"): return item(.space(negated: false))
        case UInt8(ascii: "S"): return item(.space(negated: true))
        case UInt8(ascii: "w"): return item(.word(negated: false))
        case UInt8(ascii: "W"): return item(.word(negated: true))
        case UInt8(ascii: "h"): return (end, .set(.union(Self.hexDigits), obeysCase: false))
        case UInt8(ascii: "H"): return (end, .set(.negation(.union(Self.hexDigits)), obeysCase: false))
        case UInt8(ascii: "x"): return try parseHex(at: try skipBlanks(at: end), digits: 2)
        case UInt8(ascii: "u"): return try parseHex(at: try skipBlanks(at: end), digits: 4)
        case UInt8(ascii: "U"): return try parseHex(at: try skipBlanks(at: end), digits: 8)
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            let (next, property) = try parseProperty(at: end, negated: letter == UInt8(ascii: "P"))
            return (next, .set(.union([property]), obeysCase: true))
        case UInt8(ascii: "a"): return (end, .scalar(0x07, obeysCase: false))
        case UInt8(ascii: "f"): return (end, .scalar(0x0C, obeysCase: false))
        case UInt8(ascii: "n"): return (end, .scalar(0x0A, obeysCase: false))
        case UInt8(ascii: "r"): return (end, .scalar(0x0D, obeysCase: false))
        case UInt8(ascii: "t"): return (end, .scalar(0x09, obeysCase: false))
        case UInt8(ascii: "v"): return (end, .scalar(0x0B, obeysCase: false))
        case UInt8(ascii: "e"): return (end, .scalar(0x1B, obeysCase: false))
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: throw PatternSyntaxError()
        default:
            // Any other character stands for itself, exactly as written even where case is ignored.
            let (next, value) = try scalar(at: start + 1)
            return (next, .scalar(value, obeysCase: false))
        }
    }

    /// Reads the digits of `\x41`, `\u{41}` and the like.
    private func parseHex(at start: Int, digits: Int) throws(PatternSyntaxError) -> (Int, SharedEscape) {
        var value: UInt32 = 0
        var count = 0
        while count < digits, let digit = hexDigit(byte(start + count)) {
            value = value << 4 | digit
            count += 1
        }
        var index = start + count
        if count < digits {
            guard byte(start) == UInt8(ascii: "{") else { throw PatternSyntaxError() }
            (index, value, count) = (start + 1, 0, 0)
            while true {
                index = try skipBlanks(at: index)
                guard let current = byte(index) else { throw PatternSyntaxError() }
                index += 1
                if current == UInt8(ascii: "}"), count > 0 { break }
                guard let digit = hexDigit(current), count < 8 else { throw PatternSyntaxError() }
                value = value << 4 | digit
                count += 1
            }
        }
        guard Unicode.Scalar(value) != nil else { throw PatternSyntaxError() }
        return (index, .scalar(value, obeysCase: true))
    }

    private func hexDigit(_ byte: UInt8?) -> UInt32? {
        switch byte {
        case .some(let digit) where (0x30...0x39).contains(digit): UInt32(digit - 0x30)
        case .some(let letter) where (0x61...0x66).contains(letter | 0x20): UInt32((letter | 0x20) - 0x61 + 10)
        default: nil
        }
    }

    /// Reads what follows `\p` or `\P`: one letter, or a name in braces.
    private func parseProperty(at start: Int, negated: Bool) throws(PatternSyntaxError) -> (Int, PatternSetItem) {
        let text: String
        let end: Int
        if byte(start) == UInt8(ascii: "{") {
            guard let close = bytes[start...].firstIndex(of: UInt8(ascii: "}")) else { throw PatternSyntaxError() }
            text = String(decoding: bytes[(start + 1)..<close], as: UTF8.self)
            end = close + 1
        } else {
            let (next, value) = try scalar(at: start)
            guard let letter = Unicode.Scalar(value) else { throw PatternSyntaxError() }
            text = String(letter)
            end = next
        }
        guard let item = PatternSetItem.property(named: text, negated: negated) else { throw PatternSyntaxError() }
        return (end, item)
    }
}
