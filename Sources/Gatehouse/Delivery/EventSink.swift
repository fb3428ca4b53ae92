// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where events go: an HTTP collector, a file, a queue, a warehouse.
///
/// A client calls its sink from one task at a time, never from the threads that evaluate.
public protocol EventSink: Sendable {
    /// Delivers a batch.
    ///
    /// - Parameter batch: The events. The same batch comes again when this throws, and after a crash.
    /// - Throws: ``EventSinkError``, or any other error for a failure that may pass.
    func deliver(_ batch: EventBatch) async throws

    /// Ends the work, after the last batch.
    func close() async
}

extension EventSink {
    /// Does nothing.
    public func close() async {}
}

/// Why a batch wasn't delivered.
public struct EventSinkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What happened.
    public let description: String
    /// Whether the batch can be delivered by another try; it is dropped when not.
    public let isRetryable: Bool

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - description: What happened, and with what.
    ///   - isRetryable: Whether another try makes sense.
    public init(_ description: String, isRetryable: Bool = true) {
        self.description = description
        self.isRetryable = isRetryable
    }
}
