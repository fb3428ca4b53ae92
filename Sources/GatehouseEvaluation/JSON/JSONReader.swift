// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A pull parser over UTF-8 bytes: strict JSON, no copies, no recursion, no trap on any input.
///
/// The caller asks for what it expects; strings come as slices that still hold their escapes. A value that the caller
/// doesn't read is skipped: it only has to follow the grammar (``skipValue()``), as in the reference's JSON library. Bytes
/// have to be valid UTF-8 (``UTF8Check``) beforehand and outlive the reader.
package struct JSONReader {
    /// The kind of a value, by its first byte.
    package enum Kind {
        case object, array, string, number, bool, null
    }

    /// The maximum nesting of a value that is read, as in the reference's JSON library.
    package static let maximumDepth = 127

    let base: UnsafePointer<UInt8>
    package let end: Int
    /// Bytes from the start of the text.
    package var position: Int
    private var depth = 0
    /// The nesting up to which skipped values can be read.
    private var readableDepth = JSONReader.maximumDepth
    /// Why the values skipped since ``watchSkippedValues(fromHere:)`` can't be read, and where; the first fault counts.
    package private(set) var skippedFault: JSONError?

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
        var half = -1
        let string = try string(half: &half)
        guard half < 0 else { throw JSONError(.halfPair, at: half) }
        return string
    }

    /// A string's slice between the quotes, which may have half of a surrogate pair: `half` receives the position of the first
    /// one.
    private mutating func string(half: inout Int) throws(JSONError) -> JSONString {
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
                    try skipEscape(half: &half)
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

    private mutating func skipEscape(half: inout Int) throws(JSONError) {
        let start = position
        guard position + 1 < end else { throw JSONError(.unexpectedEnd, at: end) }
        switch base[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try hexadecimalUnit(at: position + 2)
            position += 6
            guard unit & 0xF800 == 0xD800 else { return }
            if unit & 0xFC00 == 0xD800, position + 1 < end, base[position] == UInt8(ascii: "\\"),
                base[position + 1] == UInt8(ascii: "u"), try hexadecimalUnit(at: position + 2) & 0xFC00 == 0xDC00
            {
                position += 6
            } else if half < 0 {
                half = start
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

    /// A number's text, which follows the JSON grammar.
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
        let isFinite =
            hasExponent || text.count > 300 ? NumberText.parseFloat(text.bytes.span)?.isFinite ?? false : true
        return JSONNumber(text: text, isInteger: isInteger, isFinite: isFinite)
    }

    private mutating func digits(from start: Int) throws(JSONError) {
        let first = position
        while position < end, base[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > first else {
            throw JSONError(position < end ? .invalidNumber : .unexpectedEnd, at: position < end ? start : position)
        }
    }

    // MARK: - Skipping

    /// Starts to look for what makes skipped values unreadable: see ``skippedFault``.
    ///
    /// - Parameter fromHere: Whether nesting counts from the value ahead, which is read by itself, and not from the start of
    ///   the text.
    package mutating func watchSkippedValues(fromHere: Bool) {
        skippedFault = nil
        readableDepth = (fromHere ? depth : 0) + JSONReader.maximumDepth
    }

    private mutating func noteFault(_ kind: JSONError.Kind, at offset: Int) {
        if skippedFault == nil { skippedFault = JSONError(kind, at: offset) }
    }

    /// Moves past the next value, which has to follow JSON's grammar.
    ///
    /// Numbers may be out of range, strings may have half of a surrogate pair, and nesting has no bound; such a value can't be
    /// read, and ``skippedFault`` says why. Open containers take one bit of memory each.
    ///
    /// - Returns: Its bytes, without white space around.
    /// - Throws: ``JSONError`` when the text isn't JSON.
    @discardableResult
    package mutating func skipValue() throws(JSONError) -> Text {
        skipWhitespace()
        let start = position
        var open = OpenContainers()
        repeat {
            switch try peek() {
            case .string: _ = try skipString()
            case .number: try skipNumber()
            case .bool: _ = try bool()
            case .null: try null()
            case .object: if try openContainer(UInt8(ascii: "{"), &open) { continue }
            case .array: if try openContainer(UInt8(ascii: "["), &open) { continue }
            }
            try closeFinished(&open)
        } while !open.isEmpty
        return Text(base: base + start, count: position - start)
    }

    /// Moves past an object whose members are skipped, and calls `body` with the name and the bytes of each.
    ///
    /// A name may have half of a surrogate pair, which ``skippedFault`` tells.
    ///
    /// - Throws: ``JSONError`` when the text isn't JSON.
    package mutating func skipMembers(_ body: (JSONString, Text) -> Void) throws(JSONError) {
        try enterObject()
        var isFirst = true
        while try nextMemberStart(&isFirst) {
            let name = try skipMemberName()
            body(name, try skipValue())
        }
    }

    private mutating func skipString() throws(JSONError) -> JSONString {
        var half = -1
        let string = try string(half: &half)
        if half >= 0 { noteFault(.halfPair, at: half) }
        return string
    }

    private mutating func skipMemberName() throws(JSONError) -> JSONString {
        let name = try skipString()
        skipWhitespace()
        try expect(UInt8(ascii: ":"))
        skipWhitespace()
        return name
    }

    private mutating func skipNumber() throws(JSONError) {
        let start = position
        if try !number().isFinite { noteFault(.numberOutOfRange, at: start) }
    }

    /// Moves past an opening bracket, and in an object past the first name.
    ///
    /// - Returns: Whether a value follows, and not the closing bracket.
    private mutating func openContainer(_ bracket: UInt8, _ open: inout OpenContainers) throws(JSONError) -> Bool {
        let isObject = bracket == UInt8(ascii: "{")
        open.push(isObject: isObject)
        if depth + open.count > readableDepth { noteFault(.tooDeep, at: position) }
        position += 1
        skipWhitespace()
        guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
        // The closing bracket is two behind the opening one, in ASCII.
        if base[position] == bracket + 2 { return false }
        if isObject { _ = try skipMemberName() }
        return true
    }

    /// Behind a value or an opening bracket: moves past the brackets that close here and to the next value.
    private mutating func closeFinished(_ open: inout OpenContainers) throws(JSONError) {
        while !open.isEmpty {
            skipWhitespace()
            guard position < end else { throw JSONError(.unexpectedEnd, at: position) }
            let isObject = open.isInnermostObject
            switch base[position] {
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                position += 1
                open.pop()
            case UInt8(ascii: ","):
                position += 1
                if isObject { _ = try skipMemberName() }
                return
            default:
                throw JSONError(.unexpectedByte, at: position)
            }
        }
    }

    /// The containers that are open while a value is skipped, one bit each.
    private struct OpenContainers {
        private(set) var count = 0
        /// The innermost ones, at most 64; 1 for an object.
        private var bits: UInt64 = 0
        /// 64 more in each word, the outermost first.
        private var outer: [UInt64]?

        var isEmpty: Bool { count == 0 }
        var isInnermostObject: Bool { bits & 1 == 1 }

        @inline(__always)
        mutating func push(isObject: Bool) {
            if count & 63 == 0, count > 0 { storeWord() }
            bits = bits << 1 | (isObject ? 1 : 0)
            count &+= 1
        }

        @inline(__always)
        mutating func pop() {
            bits >>= 1
            count &-= 1
            if count & 63 == 0, count > 0 { restoreWord() }
        }

        @inline(never)
        private mutating func storeWord() {
            outer = outer ?? []
            outer?.append(bits)
        }

        @inline(never)
        private mutating func restoreWord() {
            bits = outer?.popLast() ?? 0
        }
    }
}

/// Why bytes aren't JSON, or can't be read as a value, and where.
package struct JSONError: Error, Equatable {
    package enum Kind: String, Sendable {
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedByte = "a character that doesn't belong here"
        case invalidNumber = "not a JSON number"
        case numberOutOfRange = "a number beyond the range of a 64-bit float"
        case invalidEscape = "an escape sequence that JSON doesn't have"
        case halfPair = "half of a surrogate pair"
        case controlCharacter = "an unescaped control character in a string"
        case tooDeep = "more than 127 levels of nesting"
        case invalidUTF8 = "bytes that aren't UTF-8"
    }

    package let kind: Kind
    /// Bytes from the start of the text.
    package let offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// Whether the text follows JSON's grammar nevertheless, so that the value can be skipped.
    package var isSkippable: Bool {
        switch kind {
        case .numberOutOfRange, .halfPair, .tooDeep: true
        default: false
        }
    }
}
