// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Four consecutive pieces of a user agent, cut at every space and semicolon and trimmed.
///
/// Empty pieces take a place like any other; a place past the end of the text is absent.
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
