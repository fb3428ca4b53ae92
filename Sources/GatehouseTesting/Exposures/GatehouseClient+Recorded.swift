// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse

extension GatehouseClient {
    /// The exposures that the client has logged so far, in order.
    ///
    ///     #expect(await client.recordedExposures().map(\.name) == ["new_checkout", "button"])
    ///
    /// Works for clients of ``offline(options:_:)``, unless their options have a sink. As in production, a client doesn't log the
    /// same exposure of a user again.
    ///
    /// - Returns: The exposures, none for a client that doesn't record.
    public func recordedExposures() async -> [RecordedExposure] {
        await recordedEvents().compactMap { RecordedExposure($0) }
    }

    /// The events that the client has logged so far, in order: exposures and the program's own.
    ///
    /// - Returns: The events, none for a client that doesn't record.
    public func recordedEvents() async -> [Event] {
        guard let sink = eventSink as? RecordingEventSink else { return [] }
        await flush()
        return sink.events
    }
}
