// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a server got.
public struct ReceivedRequest: Sendable {
    /// The number of the connection it came by, from 1 on.
    public let connection: Int
    /// The method, as it came.
    public let method: String
    /// The path with the query, as it came.
    public let path: String
    /// The headers in order.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// A header's first value; names are compared without regard to case.
    public subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
