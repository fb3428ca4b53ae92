// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

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
