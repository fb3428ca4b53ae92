// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A response of a ``LoopbackServer``.
struct LoopbackAnswer {
    var status: Int
    /// JSON.
    var body: [UInt8]

    init(status: Int = 200, json: String = "{}") {
        self.init(status: status, body: Array(json.utf8))
    }

    init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
