// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse

extension GatehouseClient {
    /// The exposures that the client has logged so far, in order.
    ///
    ///     #expect(await client.recordedExposures().map(\.name) == ["new_checkout", "button"])
    ///
    /// For clients from ``offline(options:_:)``, unless they have a sink of their own. As in production, an exposure that
    /// was logged isn't logged again for the same user.
    ///
    /// - Returns: The exposures; none for clients that don't record.
    public func recordedExposures() async -> [RecordedExposure] {
        await recordedEvents().compactMap { RecordedExposure($0) }
    }

    /// The events that the client has logged so far, in order: exposures and the program's own.
    ///
    /// - Returns: The events; none for clients that don't record.
    public func recordedEvents() async -> [Event] {
        guard let sink = eventSink as? RecordingEventSink else { return [] }
        await flush()
        return sink.events
    }
}
