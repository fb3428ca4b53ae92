// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// JSON as the conformance rows compare it (`fixtures/README.md`, Comparing).
enum JSON {
    /// Whether two values are the same: numbers by size, objects in any order, texts byte for byte.
    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { areEqual($0, $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { member in right[member.name].map { areEqual(member.value, $0) } ?? false }
        case (.integer(let left), .integer(let right)): return left == right
        case (.unsigned(let left), .unsigned(let right)): return left == right
        case (.integer, .unsigned), (.unsigned, .integer): return false
        default:
            guard let left = left.double, let right = right.double else { return false }
            return left == right || abs(left - right) <= 1e-15 * max(abs(left), abs(right))
        }
    }

    // MARK: - Canonical form

    /// The hash of a value's canonical JSON in hexadecimal.
    static func canonicalHash(_ value: Value) -> String {
        var writer = JSONWriter()
        writeCanonical(value, into: &writer)
        let digest = SHA256.digest(writer.bytes.span)
        return digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func writeCanonical(_ value: Value, into writer: inout JSONWriter) {
        switch value {
        case .double(let number): writer.raw(Array(canonicalText(number).utf8))
        case .array(let elements):
            writer.raw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { writer.raw(",") }
                writeCanonical(element, into: &writer)
            }
            writer.raw("]")
        case .object(let object):
            writer.raw("{")
            let members = object.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            for (index, member) in members.enumerated() {
                if index > 0 { writer.raw(",") }
                writer.string(member.name)
                writer.raw(":")
                writeCanonical(member.value, into: &writer)
            }
            writer.raw("}")
        default: writer.value(value)
        }
    }

    /// A float as Python writes it: the shortest digits, with an exponent from 1e16 on and below 1e-4.
    static func canonicalText(_ number: Double) -> String {
        let size = abs(number)
        if size == 0 || (1e-4..<1e16).contains(size) { return "\(number)" }
        // Swift writes an exponent at other sizes, so take its digits only.
        let parts = "\(size)".split(separator: "e")
        let digits = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var mantissa = Array(digits[0] + (digits.count > 1 ? digits[1] : ""))
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + digits[0].count - 1
        while mantissa.first == "0", mantissa.count > 1 {
            mantissa.removeFirst()
            exponent -= 1
        }
        while mantissa.last == "0", mantissa.count > 1 { mantissa.removeLast() }
        let fraction = String(mantissa.dropFirst())
        let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
        return (number < 0 ? "-" : "") + String(mantissa[0]) + (fraction.isEmpty ? "" : "." + fraction) + "e"
            + (exponent < 0 ? "-" : "+") + power
    }
}
