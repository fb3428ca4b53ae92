// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What to ask a server for.
package struct HTTPRequest: Sendable {
    /// The methods in use.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method = Method.get
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// For the whole exchange, redirects and body included.
    package var timeout: Duration
    /// The most bytes a response's body may have once it is decompressed.
    package var maximumBodyBytes: Int

    package init(
        _ method: Method = .get, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration, maximumBodyBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumBodyBytes = maximumBodyBytes
    }
}
