// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

enum TestJSON {
    static func value(_ json: String) -> Value? {
        var copy = json
        return copy.withUTF8 { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
    }
}
