// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The header that says which part of a file an answer holds (RFC 9110 §14.4).
struct ContentRange: Equatable {
    /// The bytes, `nil` when there are none.
    let bytes: Range<Int>?
    /// How long the file is, `nil` when the server doesn't say.
    let fileByteCount: Int?

    /// - Parameter text: For example `bytes 5-9/200`, `bytes 5-9/*` or `bytes */200`.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[1] == "*" {
            fileByteCount = nil
        } else {
            guard let count = ContentRange.number(parts[1]) else { return nil }
            fileByteCount = count
        }
        if parts[0] == "*" {
            bytes = nil
        } else {
            let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = ContentRange.number(ends[0]), let last = ContentRange.number(ends[1]),
                first <= last, last < fileByteCount ?? .max
            else { return nil }
            bytes = first..<last + 1
        }
    }

    private static func number(_ text: Substring) -> Int? {
        // `Int` takes signs as well.
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
}
