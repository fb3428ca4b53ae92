// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A pull parser over UTF-8 bytes: strict JSON, no copies, no recursion, no trap on any input.
///
/// The caller asks for what it expects; strings come as slices that still hold their escapes, values that the caller
/// doesn't need are checked and skipped. Bytes have to be valid UTF-8 (``UTF8Check``) beforehand and outlive the reader.
package struct JSONReader {
    /// The kind of a value, by its first byte.
    package enum Kind {
        case object, array, string, number, bool, null
    }

    /// The maximum nesting, as in the reference's JSON library.
    package static let maximumDepth = 128

    let base: UnsafePointer<UInt8>
    package let end: Int
    /// Bytes from the start of the text.
    package var position: Int
    private var depth = 0

    package init(_ text: Text, from position: Int = 0) {
        base = text.base ?? JSONReader.nothing
        end = text.count
        self.position = position
    }

    private static var nothing: UnsafePointer<UInt8> { StaticString("").utf8Start }

    /// The part of the text between two positions.
    package func slice(_ range: Range<Int>) -> Text {
        Text(base: base + range.lowerBound, count: range.count)
    }

    // MARK: - Structure

    @inline(__always)
    package mutating func skipWhitespace() {
        while position < end {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }

    /// The kind of the value ahead, without moving past it.
    package mutating func peek() throws(JSONError) -> Kind {
        skipWhitespace()
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        switch base[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw JSONError(.unexpectedByte, at: position)
        }
    }

    /// Moves past `{`.
    package mutating func enterObject() throws(JSONError) {
        try enter(UInt8(ascii: "{"))
    }

    /// Moves past `[`.
    package mutating func enterArray() throws(JSONError) {
        try enter(UInt8(ascii: "["))
    }

    /// Reads the next member's name and moves to its value, or past the closing brace.
    ///
    /// - Parameter isFirst: `true` before the first call; this method maintains it.
    /// - Returns: The name, `nil` behind the last member.
    /// - Throws: ``JSONError`` when the text isn't JSON.
    package mutating func nextMember(_ isFirst: inout Bool) throws(JSONError) -> JSONString? {
        guard try nextMemberStart(&isFirst) else { return nil }
        return try memberName()
    }

    /// Whether there is another member, positioned at its name; `false` past the closing brace.
    package mutating func nextMemberStart(_ isFirst: inout Bool) throws(JSONError) -> Bool {
        try next(closing: UInt8(ascii: "}"), &isFirst)
    }

    /// A member's name, positioned at its value.
    package mutating func memberName() throws(JSONError) -> JSONString {
        let name = try string()
        skipWhitespace()
        try expect(UInt8(ascii: ":"))
        skipWhitespace()
        return name
    }

    /// Whether there is another element, positioned at it; `false` past the closing bracket.
    package mutating func nextElement(_ isFirst: inout Bool) throws(JSONError) -> Bool {
        try next(closing: UInt8(ascii: "]"), &isFirst)
    }

    private mutating func enter(_ byte: UInt8) throws(JSONError) {
        skipWhitespace()
        try expect(byte)
        depth += 1
        guard depth <= JSONReader.maximumDepth else { throw JSONError(.tooDeep, at: position - 1) }
    }

    @inline(__always)
    private mutating func next(closing: UInt8, _ isFirst: inout Bool) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        if base[position] == closing {
            position += 1
            depth -= 1
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
        return true
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        guard base[position] == byte else { throw JSONError(.unexpectedByte, at: position) }
        position += 1
    }

    // MARK: - Scalars

    /// A string's slice between the quotes.
    package mutating func string() throws(JSONError) -> JSONString {
        skipWhitespace()
        try expect(UInt8(ascii: "\""))
        let start = position
        var hasEscapes = false
        while true {
            skipPlainStringBytes()
            guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
            switch base[position] {
            case UInt8(ascii: "\""):
                let text = Text(base: base + start, count: position - start)
                position += 1
                return JSONString(raw: text, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                // Documents with JSON inside of strings have little but quotes to escape.
                if position &+ 1 < end, base[position &+ 1] == UInt8(ascii: "\"") {
                    position &+= 2
                } else {
                    try skipEscape()
                }
            default:
                throw JSONError(.controlCharacter, at: position)
            }
        }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlainStringBytes() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawPointer(base)
        while position &+ 8 <= end {
            let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            // A byte is zero, or below 0x20, exactly where the subtraction borrows into its top bit.
            let found =
                ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | (word &- ones &* 0x20) & ~word) & highs
            if found != 0 {
                position &+= found.trailingZeroBitCount >> 3
                return
            }
            position &+= 8
        }
        while position < end {
            let byte = base[position]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return }
            position &+= 1
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        let start = position
        guard position + 1 < end else { throw JSONError(.unexpectedEnd, at: end) }
        switch base[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try hexadecimalUnit(at: position + 2)
            position += 6
            if unit & 0xFC00 == 0xD800 {
                guard position + 1 < end, base[position] == UInt8(ascii: "\\"), base[position + 1] == UInt8(ascii: "u"),
                    try hexadecimalUnit(at: position + 2) & 0xFC00 == 0xDC00
                else { throw JSONError(.invalidEscape, at: start) }
                position += 6
            } else if unit & 0xFC00 == 0xDC00 {
                throw JSONError(.invalidEscape, at: start)
            }
        default:
            throw JSONError(.invalidEscape, at: start)
        }
    }

    private func hexadecimalUnit(at start: Int) throws(JSONError) -> UInt16 {
        guard start + 4 <= end else { throw JSONError(.unexpectedEnd, at: end) }
        var unit: UInt16 = 0
        for index in start..<(start + 4) {
            guard let digit = Hexadecimal.value(of: base[index]) else { throw JSONError(.invalidEscape, at: index) }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    package mutating func bool() throws(JSONError) -> Bool {
        skipWhitespace()
        if position < end, base[position] == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    package mutating func null() throws(JSONError) {
        skipWhitespace()
        try literal("null")
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        // All words have at least four letters, and the first letter is known: comparing the last four decides.
        let raw = UnsafeRawPointer(base)
        if position + count <= end, base[position] == word.utf8Start[0],
            raw.loadUnaligned(fromByteOffset: position + count - 4, as: UInt32.self)
                == UnsafeRawPointer(word.utf8Start).loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        {
            position += count
            return
        }
        throw mismatch(with: word)
    }

    /// Where the text stops being the word.
    private func mismatch(with word: StaticString) -> JSONError {
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < end else { return JSONError(.unexpectedEnd, at: end) }
            guard base[position + index] == word.utf8Start[index] else {
                return JSONError(.unexpectedByte, at: position + index)
            }
        }
        return JSONError(.unexpectedByte, at: position)
    }

    /// A number's text, which follows the JSON grammar and is finite as 64-bit float.
    package mutating func number() throws(JSONError) -> JSONNumber {
        skipWhitespace()
        let start = position
        if position < end, base[position] == UInt8(ascii: "-") { position += 1 }
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        var isInteger = true
        if base[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits(from: start)
        }
        if position < end, base[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits(from: start)
        }
        var hasExponent = false
        if position < end, base[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            hasExponent = true
            position += 1
            if position < end, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(from: start)
        }
        let text = Text(base: base + start, count: position - start)
        // Only an exponent or hundreds of digits can leave the range.
        if hasExponent || text.count > 300 {
            guard let value = NumberText.parseFloat(text.bytes.span), value.isFinite else {
                throw JSONError(.numberOutOfRange, at: start)
            }
        }
        return JSONNumber(text: text, isInteger: isInteger)
    }

    private mutating func digits(from start: Int) throws(JSONError) {
        let first = position
        while position < end, base[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > first else {
            throw JSONError(position < end ? .invalidNumber : .unexpectedEnd, at: position < end ? start : position)
        }
    }

    // MARK: - Skipping

    /// Checks the next value and moves past it.
    ///
    /// - Returns: Its bytes, without white space around.
    @discardableResult
    package mutating func skipValue() throws(JSONError) -> Text {
        skipWhitespace()
        let start = position
        let outside = depth
        repeat {
            switch try peek() {
            case .string: _ = try string()
            case .number: _ = try number()
            case .bool: _ = try bool()
            case .null: try null()
            case .object, .array: try enterAny()
            }
            try closeFinished(downTo: outside)
        } while depth > outside
        return Text(base: base + start, count: position - start)
    }

    // A bit per open container while skipping (1 = object): 128 levels fit two words.
    private var objectBits: (UInt64, UInt64) = (0, 0)

    private mutating func enterAny() throws(JSONError) {
        let isObject = base[position] == UInt8(ascii: "{")
        try enter(base[position])
        setBit(isObject)
        skipWhitespace()
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        if base[position] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            return
        }
        if isObject { _ = try memberName() }
        isInsideFreshContainer = true
    }

    private var isInsideFreshContainer = false

    /// After a value: moves past the brackets that end here and to the next value.
    private mutating func closeFinished(downTo outside: Int) throws(JSONError) {
        if isInsideFreshContainer {
            isInsideFreshContainer = false
            return
        }
        while depth > outside {
            skipWhitespace()
            guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
            let isObject = bit()
            switch base[position] {
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                position += 1
                depth -= 1
            case UInt8(ascii: ","):
                position += 1
                if isObject { _ = try memberName() }
                return
            default:
                throw JSONError(.unexpectedByte, at: position)
            }
        }
    }

    private mutating func setBit(_ isObject: Bool) {
        let index = depth - 1
        let mask: UInt64 = 1 << UInt64(index & 63)
        if index < 64 {
            objectBits.0 = isObject ? objectBits.0 | mask : objectBits.0 & ~mask
        } else {
            objectBits.1 = isObject ? objectBits.1 | mask : objectBits.1 & ~mask
        }
    }

    private func bit() -> Bool {
        let index = depth - 1
        return (index < 64 ? objectBits.0 : objectBits.1) >> UInt64(index & 63) & 1 == 1
    }
}

/// Why bytes aren't JSON, and where.
package struct JSONError: Error, Equatable {
    package enum Kind: String, Sendable {
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedByte = "a character that doesn't belong here"
        case invalidNumber = "not a JSON number"
        case numberOutOfRange = "a number beyond the range of a 64-bit float"
        case invalidEscape = "an escape sequence that JSON doesn't have, or half of a surrogate pair"
        case controlCharacter = "an unescaped control character in a string"
        case tooDeep = "more than 128 levels of nesting"
        case invalidUTF8 = "bytes that aren't UTF-8"
    }

    package let kind: Kind
    /// Bytes from the start of the text.
    package let offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
