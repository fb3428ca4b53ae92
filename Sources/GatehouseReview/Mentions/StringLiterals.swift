// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Finds string literals in the text of a program.
///
/// Swift is read by its own rules: comments, which nest, escapes, raw strings, strings of several lines, and interpolations,
/// whose code may have literals, too. In other languages every text between two equal quotes on a line counts.
struct StringLiterals {
    /// A literal.
    struct Literal {
        /// The text, without what is interpolated.
        let text: String
        /// The line that it starts on, counted from 1.
        let line: Int
        /// The name in front of `(` whose first argument the literal is, empty for other literals.
        let callee: String
        /// Whether the text is all of the literal's value.
        let isWhole: Bool
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private(set) var literals: [Literal] = []

    /// The maximum depth of interpolations in each other.
    private static let maximumDepth = 32
    /// The maximum size of a literal that is reported, in bytes; names of entities are shorter.
    private static let maximumLiteralBytes = 1_024

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The literals of a Swift file.
    static func ofSwift(_ bytes: [UInt8]) -> [Literal] {
        var reader = StringLiterals(bytes)
        reader.readCode(until: nil, depth: 0)
        return reader.literals
    }

    /// The literals of a file in another language.
    static func ofText(_ bytes: [UInt8]) -> [Literal] {
        var reader = StringLiterals(bytes)
        reader.readLines()
        return reader.literals
    }

    // MARK: - Swift

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        let start = position + offset
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[start + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    /// Reads code up to its end, or up to the parenthesis that closes an interpolation.
    private mutating func readCode(until end: UInt8?, depth: Int) {
        var open = 0
        while let byte = current {
            if byte == end, open == 0 {
                advance()
                return
            }
            switch byte {
            case UInt8(ascii: "("):
                open += 1
                advance()
            case UInt8(ascii: ")"):
                open -= 1
                advance()
            case UInt8(ascii: "/") where has("//"):
                while let byte = current, byte != UInt8(ascii: "\n") { advance() }
            case UInt8(ascii: "/") where has("/*"): skipComment()
            case UInt8(ascii: "\""): readString(pounds: 0, depth: depth)
            case UInt8(ascii: "#"):
                var pounds = 1
                while position + pounds < bytes.count, bytes[position + pounds] == UInt8(ascii: "#") { pounds += 1 }
                if position + pounds < bytes.count, bytes[position + pounds] == UInt8(ascii: "\"") {
                    readString(pounds: pounds, depth: depth)
                } else {
                    advance(pounds)
                }
            default: advance()
            }
        }
    }

    private mutating func skipComment() {
        var open = 0
        while position < bytes.count {
            if has("/*") {
                open += 1
                advance(2)
            } else if has("*/") {
                open -= 1
                advance(2)
                if open == 0 { return }
            } else {
                advance()
            }
        }
    }

    /// Reads a literal whose first `#` or quote is the current byte.
    private mutating func readString(pounds: Int, depth: Int) {
        let callee = calleeBefore(position)
        let first = line
        advance(pounds)
        let isLong = has("\"\"\"")
        advance(isLong ? 3 : 1)
        var text: [UInt8] = []
        var isWhole = true
        while let byte = current {
            if byte == UInt8(ascii: "\""), !isLong || has("\"\"\""), hasPounds(pounds, at: isLong ? 3 : 1) {
                advance((isLong ? 3 : 1) + pounds)
                break
            }
            if byte == UInt8(ascii: "\n"), !isLong { break }
            if byte == UInt8(ascii: "\\"), hasPounds(pounds, at: 1) {
                advance(1 + pounds)
                if current == UInt8(ascii: "(") {
                    isWhole = false
                    advance()
                    guard depth < StringLiterals.maximumDepth else { continue }
                    readCode(until: UInt8(ascii: ")"), depth: depth + 1)
                } else {
                    readEscape(into: &text)
                }
                continue
            }
            text.append(byte)
            advance()
        }
        if isLong { text = StringLiterals.withoutMargins(text) }
        guard text.count <= StringLiterals.maximumLiteralBytes else { return }
        literals.append(
            Literal(text: String(decoding: text, as: UTF8.self), line: first, callee: callee, isWhole: isWhole))
    }

    /// The text of a literal of several lines without the line breaks behind the first and before the last quotes, and without
    /// the indentation of the last line.
    private static func withoutMargins(_ text: [UInt8]) -> [UInt8] {
        guard text.first == UInt8(ascii: "\n"), let end = text.lastIndex(of: UInt8(ascii: "\n")) else { return text }
        let margin = text[(end + 1)...]
        let lines = text[..<end].dropFirst().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(
            lines.map { $0.starts(with: margin) ? $0.dropFirst(margin.count) : $0 }.joined(separator: [
                UInt8(ascii: "\n")
            ]))
    }

    private func hasPounds(_ count: Int, at offset: Int) -> Bool {
        guard position + offset + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[position + offset + $0] == UInt8(ascii: "#") }
    }

    private mutating func readEscape(into text: inout [UInt8]) {
        guard let byte = current else { return }
        advance()
        switch byte {
        case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "0"): text.append(0)
        case UInt8(ascii: "u") where current == UInt8(ascii: "{"):
            advance()
            var digits = ""
            while let byte = current, byte != UInt8(ascii: "}"), digits.count < 8 {
                digits.unicodeScalars.append(Unicode.Scalar(byte))
                advance()
            }
            if current == UInt8(ascii: "}") { advance() }
            if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
                text += Array(String(Character(scalar)).utf8)
            }
        default: text.append(byte)
        }
    }

    /// The name in front of the parenthesis before a position, empty without one.
    private func calleeBefore(_ position: Int) -> String {
        var index = position - 1
        func skipSpace() { while index >= 0, bytes[index] <= 0x20 { index -= 1 } }
        skipSpace()
        guard index >= 0, bytes[index] == UInt8(ascii: "(") else { return "" }
        index -= 1
        let end = index
        while index >= 0, end - index < 128, StringLiterals.isNameByte(bytes[index]) { index -= 1 }
        return String(decoding: bytes[(index + 1)..<(end + 1)], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: - Other languages

    private mutating func readLines() {
        for rest in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            for quote in [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")] {
                // Between each two quotes, since an apostrophe may stand in front of them.
                let quotes = rest.indices.filter { rest[$0] == quote }
                for (start, end) in zip(quotes, quotes.dropFirst())
                where end - start - 1 <= StringLiterals.maximumLiteralBytes {
                    literals.append(
                        Literal(
                            text: String(decoding: rest[(start + 1)..<end], as: UTF8.self), line: line, callee: "",
                            isWhole: true))
                }
            }
            line += 1
        }
    }
}
