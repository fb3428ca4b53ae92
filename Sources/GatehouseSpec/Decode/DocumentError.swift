// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Why a config-spec document or the JSON of a user can't be used, and at which location.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: Sendable, Equatable {
        /// The bytes aren't one JSON text in UTF-8.
        case notJSON
        /// A member has the wrong type, is missing, occurs twice, or can't be read: a number out of range, half of a surrogate
        /// pair, nesting of more than 127 levels.
        case unexpectedStructure
        /// The document says itself that there is nothing new: `{"has_updates": false}`.
        case noUpdates
    }

    /// The kind of fault.
    public let code: Code
    /// The path of members that leads to the fault, for example `feature_gates.new_checkout.rules[2].id`.
    ///
    /// It is empty where the fault is in the outermost object.
    public let path: String
    /// The location in bytes from the start of the text.
    public let byteOffset: Int
    /// The line of the location, counted from 1.
    public let line: Int
    /// The column of the location in bytes, counted from 1.
    public let column: Int
    /// What was expected and what was found.
    public let message: String

    /// The location and the message in one line.
    public var description: String {
        let prefix = path.isEmpty ? "" : "\(path): "
        return "line \(line), column \(column): \(prefix)\(message)"
    }

    /// Locates a failure in the text that was being decoded.
    init(_ code: Code, _ failure: DecodingFailure, in text: Text) {
        self.code = code
        path = failure.path
        byteOffset = failure.offset
        message = failure.message
        let before = text.bytes[..<min(max(failure.offset, 0), text.count)]
        line = 1 + before.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        column = 1 + (before.lastIndex(of: UInt8(ascii: "\n")).map { before.endIndex - $0 - 1 } ?? before.count)
    }

    /// Locates a failure, whose code follows from whether it is one of syntax.
    init(_ failure: DecodingFailure, in text: Text) {
        self.init(failure.isSyntax ? .notJSON : .unexpectedStructure, failure, in: text)
    }
}

/// Why decoding stopped: a fault of syntax spoils the whole text, a fault of structure may spoil one spec only.
struct DecodingFailure: Error {
    let offset: Int
    let path: String
    let message: String
    let isSyntax: Bool

    init(offset: Int, path: String, message: String, isSyntax: Bool) {
        self.offset = offset
        self.path = path
        self.message = message
        self.isSyntax = isSyntax
    }

    init(notUTF8At offset: Int) {
        self.init(offset: offset, path: "", message: JSONError.Kind.invalidUTF8.rawValue, isSyntax: true)
    }
}
