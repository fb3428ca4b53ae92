// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// JSON text to values and back.
enum JSON {
    /// Reads one value, `nil` when the bytes aren't one.
    static func value(_ bytes: [UInt8]) -> Value? {
        bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { Value(json: Text(base: $0, count: buffer.count)) }
        }
    }

    /// Reads one value, `nil` when the text isn't one.
    static func value(_ text: String) -> Value? { value(Array(text.utf8)) }

    static func bytes(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    static func text(_ value: Value) -> String { String(decoding: bytes(value), as: UTF8.self) }
}
