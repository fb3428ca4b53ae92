// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Why bytes can't be used, and where.
public struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sort of fault.
    public enum Code: Sendable, Equatable {
        /// The bytes aren't one JSON text in UTF-8.
        case notJSON
        /// A member has the wrong type, is missing, or occurs twice.
        case unexpectedStructure
        /// The document says itself that there is nothing new: `{"has_updates": false}`.
        case noUpdates
    }

    /// The sort of fault.
    public let code: Code
    /// Where in the document, for example `feature_gates.new_checkout.rules[2].id`; empty for the document itself.
    public let path: String
    /// Bytes from the start of the text.
    public let byteOffset: Int
    /// Line, counted from 1.
    public let line: Int
    /// Column in bytes, counted from 1.
    public let column: Int
    /// What was expected and what was found.
    public let message: String

    /// One line that names place, expectation and finding.
    public var description: String {
        let place = path.isEmpty ? "" : "\(path): "
        return "line \(line), column \(column): \(place)\(message)"
    }

    init(_ code: Code, _ failure: DecodingFailure, in bytes: UnsafeBufferPointer<UInt8>) {
        self.code = code
        path = failure.path
        byteOffset = failure.offset
        message = failure.message
        let before = bytes[..<min(max(failure.offset, 0), bytes.count)]
        line = 1 + before.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        column = 1 + (before.lastIndex(of: UInt8(ascii: "\n")).map { before.endIndex - $0 - 1 } ?? before.count)
    }
}
