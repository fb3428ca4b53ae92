// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A failure of a Redis storage.
///
/// Its text contains no password and no SDK key.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failures.
    public enum Code: Sendable, Hashable {
        /// The address or a value can't be used.
        case unusable
        /// The connection failed or broke.
        case unreachable
        /// The time limit was exceeded.
        case timeout
        /// The reply doesn't fit the command. The server may not be a Redis.
        case badReply
        /// The server refused the command with this word, for example `NOAUTH`, `OOM`, `READONLY`, `LOADING` or `WRONGTYPE`.
        case refused(String)
    }

    /// The kind of failure.
    public let code: Code
    /// The failure in words.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Makes the error of a server's reply.
    ///
    /// A server repeats the arguments of an unknown command, which may contain a password. This drops them, and shortens a
    /// long message.
    init(refusal bytes: [UInt8]) {
        let whole = String(decoding: bytes.prefix(300).filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        let text = whole.firstRange(of: "with args beginning").map { whole[..<$0.lowerBound] } ?? whole[...]
        let word = text.prefix { $0 != " " }
        let isCode = !word.isEmpty && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
        self.init(.refused(isCode ? String(word) : "ERR"), "the server refuses: \(text)")
    }

    /// The failure in words.
    public var description: String { "Redis: \(message)" }
}
