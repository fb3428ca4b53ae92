// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes compact JSON, member order as given: strings raw but for what JSON has to escape, numbers by Evaluation §2.2.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    package init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Continues behind `bytes`, in the same memory.
    package init(continuing bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// Removes all bytes behind an earlier length.
    package mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    package mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: Text(text).bytes)
    }

    package mutating func raw(_ text: Text) {
        bytes.append(contentsOf: text.bytes)
    }

    package mutating func raw(_ other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func string(_ text: String) {
        var copy = text
        copy.withUTF8 { string($0) }
    }

    package mutating func string(_ text: Text) {
        string(text.bytes)
    }

    /// A text that needs no escapes, as string.
    package mutating func string(plain text: Text) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// - Parameters:
    ///   - text: The string's start.
    ///   - suffix: Its end, which needs no escapes.
    package mutating func string(_ text: UnsafeBufferPointer<UInt8>, followedBy suffix: StaticString = "") {
        bytes.append(UInt8(ascii: "\""))
        var plain = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<index]))
            plain = index + 1
            escape(byte)
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain...]))
        if suffix.utf8CodeUnitCount > 0 { raw(suffix) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            raw("u00")
            bytes.append(Hexadecimal.digit(byte >> 4))
            bytes.append(Hexadecimal.digit(byte & 15))
        }
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" as StaticString : "false")
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.decimalCapacity) { buffer in
            let count =
                value < 0
                ? NumberText.decimal(Int64(truncatingIfNeeded: value), into: buffer)
                : NumberText.decimal(UInt64(truncatingIfNeeded: value), into: buffer)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<count]))
        }
    }

    /// A float; JSON has none that aren't finite, so those become `null`.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return raw("null") }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.displayCapacity) { buffer in
            let count = NumberText.json(value, into: buffer)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<count]))
        }
    }

    package mutating func value(_ value: Value) {
        switch value {
        case .null: raw("null")
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .unsigned(let value): integer(value)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                self.value(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for index in 0..<object.count {
                let member = object[index]
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                string(member.name)
                bytes.append(UInt8(ascii: ":"))
                self.value(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

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
