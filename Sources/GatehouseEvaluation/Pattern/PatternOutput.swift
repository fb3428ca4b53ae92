// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The text of a translated pattern while it is being written.
struct PatternOutput {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ text: String) throws(PatternSyntaxError) {
        bytes.append(contentsOf: text.utf8)
        guard bytes.count <= PatternLimits.translatedLength else { throw PatternSyntaxError() }
    }

    /// Writes a scalar that stands for itself, in or outside a class.
    mutating func write(scalar value: UInt32) throws(PatternSyntaxError) {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(UInt8(value))
        case 0x20...0x7E: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(value)])
        default: try write("\\x{" + String(value, radix: 16) + "}")
        }
        guard bytes.count <= PatternLimits.translatedLength else { throw PatternSyntaxError() }
    }
}
