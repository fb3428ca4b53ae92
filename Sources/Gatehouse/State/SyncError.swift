// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What went wrong while a client kept its config specs fresh.
///
/// Its text never contains a whole key.
public struct SyncError: Error, Sendable, Hashable, Encodable {
    /// The part of the client's work.
    public enum Part: String, Sendable, Hashable, CaseIterable, Encodable {
        /// The bytes that the program brought along.
        case bootstrap
        /// The watched file.
        case file
        /// The last known good document on disk.
        case cache
        /// The storage that a fleet shares.
        case storage
        /// Downloads of config specs.
        case download
        /// Downloads of ID lists.
        case idLists
        /// The storage of sticky assignments.
        case sticky
        /// The delivery of exposures and other events.
        case events
        /// The events kept on disk.
        case spool
    }

    /// The sort of fault.
    public enum Code: String, Sendable, Hashable, CaseIterable, Encodable {
        /// No connection, or it broke.
        case unreachable
        /// It took longer than it may.
        case timeout
        /// The server doesn't take the key.
        ///
        /// The client doesn't insist: it asks once an interval, and at once after ``GatehouseClient/replaceKey(_:)``.
        case unauthorized
        /// The server asks for patience.
        case tooManyRequests
        /// The server answers with an error.
        case refused
        /// The answer is larger than it may be.
        case tooLarge
        /// What came isn't a document of config specs.
        case invalidDocument
        /// Something can't be read.
        case unreadable
        /// Something can't be written.
        case unwritable
        /// The client was shut down.
        case stopped
    }

    /// The part of the client's work.
    public let part: Part
    /// The sort of fault.
    public let code: Code
    /// What happened, and with what.
    public let message: String
    /// When: ms since 1970.
    public let time: Int64

    package init(_ part: Part, _ code: Code, _ message: String, at time: Int64) {
        self.part = part
        self.code = code
        self.message = message
        self.time = time
    }
}

extension SyncError: CustomStringConvertible {
    /// One line: part, fault and what happened.
    public var description: String { "\(part.rawValue), \(code.rawValue): \(message)" }
}
