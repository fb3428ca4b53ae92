// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
            // k A z B K G have no meaning in a class, and the reference takes them for themselves.
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
