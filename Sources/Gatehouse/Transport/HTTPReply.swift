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

    /// The most bytes of the body that an excerpt is made from.
    private static let excerptCount = 120

    /// The start of the body for messages: one line of printable characters.
    ///
    /// - Parameter key: The key of the request. Many servers repeat what they were asked in their error pages.
    /// - Returns: Nothing when the body isn't text or the key shows in it.
    package func excerpt(without key: SDKKey) -> String {
        // Longer than the excerpt, which may end within the key.
        let start = body.prefix(HTTPReply.excerptCount + 6 * key.secret.utf8.count)
        return key.shows(in: String(decoding: start, as: UTF8.self)) ? "" : excerpt
    }

    private var excerpt: String {
        // Up to three bytes less, so that it doesn't end within a character.
        let text = (0...3).lazy.compactMap { cut in
            String(validating: body.prefix(HTTPReply.excerptCount - cut), as: UTF8.self)
        }.first
        guard let text else { return "" }
        let line = text.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
        return String(String.UnicodeScalarView(line.unicodeScalars.filter { !$0.isInvisible }))
    }
}

extension Unicode.Scalar {
    /// Whether it controls a terminal, or how the text around it looks.
    fileprivate var isInvisible: Bool {
        properties.generalCategory == .control || properties.generalCategory == .format
    }
}
