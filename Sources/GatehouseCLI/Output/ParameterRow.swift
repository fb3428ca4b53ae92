// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

/// Writes what a store's parameter is in the row format: what reading it as each type returns.
package enum ParameterRow {
    package static func write(_ value: Value?, into writer: inout JSONWriter) {
        switch value {
        case nil, .null:
            writer.raw("{}" as StaticString)
            return
        case .bool(let value):
            writer.raw("{\"bool\":" as StaticString)
            writer.bool(value)
        case .integer(let value):
            writer.raw("{\"float\":" as StaticString)
            writer.double(Double(value))
            writer.raw(",\"integer\":" as StaticString)
            writer.integer(value)
        case .unsigned(let value):
            writer.raw("{\"float\":" as StaticString)
            writer.double(Double(value))
        case .double(let value):
            writer.raw("{\"float\":" as StaticString)
            writer.double(value)
        case .string(let value):
            writer.raw("{\"string\":" as StaticString)
            writer.string(value)
        case .array(let elements):
            writer.raw("{\"array\":" as StaticString)
            array(elements, into: &writer)
        case .object(let object):
            writer.raw("{\"map\":" as StaticString)
            writer.value(.object(object))
        }
        writer.raw("}" as StaticString)
    }

    // The rows are what the reference's Python binding returns, and that has a quirk which is none of the engine's: in
    // arrays, and in arrays directly within them, a number that isn't a 64-bit integer with sign becomes 0. Objects in
    // arrays, and all that is in them, are exact.
    private static func array(_ elements: [Value], into writer: inout JSONWriter) {
        writer.raw("[" as StaticString)
        for (index, element) in elements.enumerated() {
            if index > 0 { writer.raw("," as StaticString) }
            switch element {
            case .double, .unsigned: writer.raw("0" as StaticString)
            case .array(let elements): array(elements, into: &writer)
            default: writer.value(element)
            }
        }
        writer.raw("]" as StaticString)
    }
}
