// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a server answered.
package struct HTTPReply: Sendable {
    package let status: Int
    private let headers: [(name: String, value: String)]
    /// Decompressed.
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// A header's first value; names are compared without regard to case.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The start of the body, for messages: one line of printable characters, none when the body isn't text.
    package var excerpt: String {
        guard let text = String(validating: body.prefix(120), as: UTF8.self) else { return "" }
        return text.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
            .filter { $0.isASCII ? $0.asciiValue.map { $0 >= 32 && $0 != 127 } ?? false : true }
    }
}
