// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why a Redis storage can't tell.
///
/// No password and no key is part of it.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of what can go wrong.
    public enum Code: Sendable, Hashable {
        /// The address, or a value, is one that can't be used.
        case unusable
        /// There is no connection, or it broke.
        case unreachable
        /// It took too long.
        case timeout
        /// The reply doesn't fit the command; the server may not be Redis at all.
        case badReply
        /// The server refuses, with this word, for example `NOAUTH`, `OOM`, `READONLY`, `LOADING` or `WRONGTYPE`.
        case refused(String)
    }

    /// The kind of error.
    public let code: Code
    /// A message for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The error of a server's reply.
    ///
    /// Servers repeat the arguments of commands that they don't know, passwords and keys among them: this is cut off, as is
    /// what no person would read to the end.
    init(refusal bytes: [UInt8]) {
        let whole = String(decoding: bytes.prefix(300).filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        let text = whole.firstRange(of: "with args beginning").map { whole[..<$0.lowerBound] } ?? whole[...]
        let word = text.prefix { $0 != " " }
        let isCode = !word.isEmpty && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
        self.init(.refused(isCode ? String(word) : "ERR"), "the server refuses: \(text)")
    }

    /// The message.
    public var description: String { "Redis: \(message)" }
}
