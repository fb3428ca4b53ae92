// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseReview

/// Makes text from documents and users safe to show on a terminal.
package enum PlainText {
    /// The text with control characters as escapes, so that a name in a document can't move the cursor or forge a line.
    package static func oneLine(_ text: String) -> String { SafeText.oneLine(text) }

    /// The columns that text takes on a terminal.
    package static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// The longest prefix of the text that takes at most `limit` columns, with `…` at the end when text was cut.
    package static func shortened(_ text: String, to limit: Int) -> String {
        var used = 0
        // The end of the prefix if the text turns out too long.
        var end = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            if used < limit { end = index }
            used += width(text[index])
            if used > limit { return limit > 0 ? text[..<end] + "…" : "" }
            index = text.index(after: index)
        }
        return text
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x20..<0x7F: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        case 0x200B...0x200D, 0x2060, 0xFEFF: return 0
        default: return first.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}

/// A colour or weight of text on a terminal; the raw value is the parameter of the escape sequence.
package enum TextStyle: String {
    case plain = ""
    case heading = "1"
    case quiet = "2"
    case good = "32"
    case bad = "31"
    case alert = "33"

    /// The text in this style.
    func applied(to text: String) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
