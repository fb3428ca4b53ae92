// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
