// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A failure of a client's background work.
///
/// Its text never contains a whole key.
public struct SyncError: Error, Sendable, Hashable, Encodable {
    /// The parts of a client that can fail.
    public enum Part: String, Sendable, Hashable, CaseIterable, Encodable {
        /// ``ClientOptions/bootstrap``.
        case bootstrap
        /// The watched file.
        case file
        /// The last known good document on disk.
        case cache
        /// The storage that a fleet shares.
        case storage
        /// Downloads of documents.
        case download
        /// Downloads of ID lists.
        case idLists
        /// The storage of sticky assignments.
        case sticky
        /// The delivery of exposures and other events.
        case events
        /// The spool of events on disk.
        case spool
    }

    /// The kinds of failures.
    public enum Code: String, Sendable, Hashable, CaseIterable, Encodable {
        /// The connection failed or broke.
        case unreachable
        /// The time limit was exceeded.
        case timeout
        /// The server rejects the key.
        ///
        /// The client asks again once per interval, and at once after ``GatehouseClient/replaceKey(_:)``.
        case unauthorized
        /// The server limits the rate of requests.
        case tooManyRequests
        /// The server answers with an error.
        case refused
        /// The response exceeds the maximum size.
        case tooLarge
        /// The bytes aren't a document.
        case invalidDocument
        /// A file or a storage can't be read.
        case unreadable
        /// A file or a storage can't be written.
        case unwritable
        /// The client was shut down.
        case stopped
    }

    /// The part of the client that failed.
    public let part: Part
    /// The kind of failure.
    public let code: Code
    /// The failure, with the name of the server or file.
    public let message: String
    /// The time of the failure in ms since 1970.
    public let time: Int64

    package init(_ part: Part, _ code: Code, _ message: String, at time: Int64) {
        self.part = part
        self.code = code
        self.message = message
        self.time = time
    }
}

extension SyncError: CustomStringConvertible {
    /// One line with the part, the kind and the message.
    public var description: String { "\(part.rawValue), \(code.rawValue): \(message)" }
}
