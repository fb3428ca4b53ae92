// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Standard, padded Base64.
///
/// Evaluation §4.
package enum Base64 {
    /// Length of the text for `count` bytes.
    package static func encodedCount(_ count: Int) -> Int {
        let (groups, rest) = count.quotientAndRemainder(dividingBy: 3)
        return (groups + (rest > 0 ? 1 : 0)) * 4
    }

    /// Writes the text of `bytes` into `buffer` and returns its length; writes nothing if there is too little room.
    package static func encode(_ bytes: Span<UInt8>, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let length = encodedCount(bytes.count)
        guard buffer.count >= length else { return 0 }

        var input = 0
        var output = 0
        while input < bytes.count {
            let available = min(3, bytes.count - input)
            var group = UInt32(bytes[input]) << 16
            if available > 1 { group |= UInt32(bytes[input + 1]) << 8 }
            if available > 2 { group |= UInt32(bytes[input + 2]) }
            for place in 0..<4 {
                let isPadding = place > available
                let value = UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * place)) & 63
                buffer[output + place] = isPadding ? UInt8(ascii: "=") : character(value)
            }
            input += available
            output += 4
        }
        return length
    }

    /// The text of `bytes`.
    package static func text(of bytes: Span<UInt8>) -> String {
        String(unsafeUninitializedCapacity: encodedCount(bytes.count)) { encode(bytes, into: $0) }
    }

    /// The character of a six-bit value.
    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// The six-bit value of a character, `nil` for the padding and everything else outside the alphabet.
    package static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
