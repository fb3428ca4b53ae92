// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document's bytes at a fixed address, which decoded texts point to.
final class DocumentBytes {
    let text: Text
    private let array: [UInt8]

    /// Takes the array over without copying it, since documents have megabytes.
    init(_ bytes: [UInt8]) {
        array = bytes
        // The address outlives the closure: an array of bytes is always stored contiguously, in a buffer that stays where
        // it is as long as somebody holds it, as this object does, and that nobody changes while there are two holders.
        text = array.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { Text(base: $0, count: buffer.count) } ?? Text("")
        }
    }
}
