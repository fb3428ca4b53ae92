// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// JSON bytes as values.
enum JSONText {
    static func value(_ bytes: [UInt8]) -> Value {
        bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { Value(json: Text(base: $0, count: buffer.count)) } ?? .null
        }
    }
}
