// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

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

/// Keeps all events in memory, for tests.
///
///     let sink = RecordingEventSink()
///     options.events = EventOptions(sink: sink)
///     …
///     await client.flush()
///     #expect(sink.events.map(\.name) == [Event.gateExposureName])
///
/// Safe to use from any thread.
public final class RecordingEventSink: EventSink {
    private let recorded = NIOLockedValueBox<(events: [Event], batches: Int)>(([], 0))

    /// Makes a sink without events.
    public init() {}

    /// All events so far.
    public var events: [Event] { recorded.withLockedValue { $0.events } }

    /// How many batches they came in.
    public var batchCount: Int { recorded.withLockedValue { $0.batches } }

    /// Forgets all events.
    public func removeAll() {
        recorded.withLockedValue { $0 = ([], 0) }
    }

    /// Keeps a batch.
    ///
    /// - Parameter batch: The events.
    /// - Throws: ``EventSinkError`` when the batch is damaged.
    public func deliver(_ batch: EventBatch) async throws {
        let events = try batch.events()
        recorded.withLockedValue { recorded in
            recorded.events += events
            recorded.batches += 1
        }
    }
}
