// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import NIOHTTP1

/// What the console answered.
struct TestResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON, `null` when it isn't any.
    var json: Value {
        body.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { Value(json: Text(base: $0, count: buffer.count)) } ?? .null
        }
    }

    /// The `data` of an envelope.
    var data: Value { json["data"] }

    /// The `message` of an envelope.
    var message: String { json["message"].string ?? "" }
}

extension Value {
    /// A member, `null` without one.
    subscript(name: String) -> Value { object?[name] ?? .null }

    /// An element, `null` without one.
    subscript(index: Int) -> Value {
        guard let array, array.indices.contains(index) else { return .null }
        return array[index]
    }

    /// JSON text.
    var jsonText: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
