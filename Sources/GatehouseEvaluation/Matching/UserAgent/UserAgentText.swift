// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A piece of a user agent, compared byte by byte.
///
/// It points into the bytes that are being parsed and must not outlive them. Emptiness stands for absence.
struct UserAgentText {
    private(set) var bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    static var absent: Self { Self(UnsafeBufferPointer(start: nil, count: 0)) }

    var isAbsent: Bool { bytes.isEmpty }

    var count: Int { bytes.count }

    /// A copy in which invalid UTF-8 is replaced.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    var startsWithDigit: Bool {
        guard let first = bytes.first else { return false }
        return Self.isDigit(first)
    }

    static func == (text: Self, literal: StaticString) -> Bool {
        text.count == literal.utf8CodeUnitCount && text.matches(literal, at: 0)
    }

    /// Lets a `switch` over a text list literals as its cases.
    static func ~= (literal: StaticString, text: Self) -> Bool { text == literal }

    func hasPrefix(_ literal: StaticString) -> Bool {
        count >= literal.utf8CodeUnitCount && matches(literal, at: 0)
    }

    func contains(_ literal: StaticString) -> Bool { position(of: literal, from: 0) != nil }

    /// Where a literal first occurs at or after an offset.
    func position(of literal: StaticString, from start: Int) -> Int? {
        var offset = start
        while offset + literal.utf8CodeUnitCount <= count {
            if matches(literal, at: offset) { return offset }
            offset += 1
        }
        return nil
    }

    /// The bytes from one offset up to another.
    func slice(_ start: Int, _ end: Int) -> Self {
        guard 0 <= start, start < end, end <= count else { return .absent }
        return Self(UnsafeBufferPointer(rebasing: bytes[start..<end]))
    }

    func slice(from start: Int) -> Self { slice(start, count) }

    /// The text without the brackets, quotes and punctuation that may enclose it.
    var trimmed: Self {
        var start = 0
        var end = count
        while start < end, Self.isDecoration(bytes[start]) { start += 1 }
        while start < end, Self.isDecoration(bytes[end - 1]) { end -= 1 }
        return slice(start, end)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }

    private static func isDecoration(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "+"),
            UInt8(ascii: "_"), UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// Compares a literal with the bytes at an offset, which must leave room for all of it.
    private func matches(_ literal: StaticString, at offset: Int) -> Bool {
        literal.withUTF8Buffer { expected in
            for position in 0..<expected.count where bytes[offset + position] != expected[position] {
                return false
            }
            return true
        }
    }
}

/// Four consecutive pieces of a user agent, cut at every space and semicolon and trimmed.
///
/// Empty pieces count like any other; a piece past the end of the text is absent.
struct UserAgentWindow {
    private(set) var current = UserAgentText.absent
    private(set) var next1 = UserAgentText.absent
    private(set) var next2 = UserAgentText.absent
    private(set) var next3 = UserAgentText.absent

    private let text: UserAgentText
    private var offset = 0
    private var filledPlaces = 4

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        text = UserAgentText(bytes)
        for _ in 0..<4 { shift() }
    }

    /// Whether the window has moved past the last piece.
    var isAtEnd: Bool { filledPlaces <= 0 }

    /// Moves the window by some pieces.
    mutating func advance(by pieces: Int) {
        for _ in 0..<pieces { shift() }
    }

    private mutating func shift() {
        current = next1
        next1 = next2
        next2 = next3
        next3 = nextPiece()
    }

    private mutating func nextPiece() -> UserAgentText {
        // One past the end: a text that ends in a separator still has an empty last piece.
        guard offset <= text.count else {
            filledPlaces -= 1
            return .absent
        }
        var end = offset
        while end < text.count, !Self.isSeparator(text.bytes[end]) { end += 1 }
        let piece = text.slice(offset, end)
        offset = end + 1
        return piece.trimmed
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: ";")
    }
}
