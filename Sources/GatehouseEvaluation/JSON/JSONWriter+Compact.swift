// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension JSONWriter {
    /// Valid JSON on one line, with its numbers as the reference writes them back.
    ///
    /// There is no white space between tokens, integers beyond 64 bits become floats, and strings keep their escapes.
    /// Values stay as the document has them until they are written, so a pretty-printed document has line feeds in them.
    package mutating func compact(_ json: Text) {
        guard let base = json.base else { return }
        var copied = 0
        var position = 0
        func slice(to end: Int) -> Text { Text(base: base + copied, count: end - copied) }
        while position < json.count {
            switch base[position] {
            case UInt8(ascii: "\""):
                position += 1
                while position < json.count, base[position] != UInt8(ascii: "\"") {
                    position += base[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position = min(position + 1, json.count)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                raw(slice(to: position))
                position += 1
                copied = position
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let start = position
                let isInteger = JSONWriter.skipNumber(json, &position)
                // Up to here every integer is written as it is read.
                if isInteger, position - start < 18, base[start] != UInt8(ascii: "-") { continue }
                raw(slice(to: start))
                value(JSONNumber(text: Text(base: base + start, count: position - start), isInteger: isInteger).value)
                copied = position
            default:
                position += 1
            }
        }
        raw(slice(to: json.count))
    }

    /// Moves past a number: whether it has neither fraction nor exponent.
    private static func skipNumber(_ json: Text, _ position: inout Int) -> Bool {
        var isInteger = true
        position += 1
        while position < json.count {
            switch json.bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                isInteger = false
            default: return isInteger
            }
            position += 1
        }
        return isInteger
    }
}
