// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Testing
import TestServers

/// A client that has the sample document, and where its events go.
struct EventClient {
    let client: GatehouseClient
    let sink = RecordingEventSink()
    let time = VirtualTime()

    /// Starts a client on a clock that stands still.
    init(sdkConfigs: String = "{}", _ change: (inout ClientOptions) -> Void = { _ in }) async {
        var options = ClientOptions(network: nil)
        options.bootstrap = Array(EventDocument.json(sdkConfigs: sdkConfigs).utf8)
        options.events = EventOptions(sink: sink)
        options.time = time
        options.logger = Scenario.logger
        options.countryLookup = nil
        change(&options)
        client = GatehouseClient(key: Scenario.key, options: options)
        await client.start()
    }

    /// All events so far.
    func events(_ location: SourceLocation = #_sourceLocation) async -> [Event] {
        let ledger = await client.flush()
        #expect(ledger.isBalanced, sourceLocation: location)
        #expect(ledger.pending == 0, sourceLocation: location)
        #expect(ledger.delivered == sink.events.count, sourceLocation: location)
        return sink.events
    }

    /// Ends the client, and looks whether it has told everything.
    func end(_ location: SourceLocation = #_sourceLocation) async {
        let outcome = await client.shutdown(within: .seconds(20))
        #expect(outcome.isComplete && outcome.undeliveredEvents == 0, sourceLocation: location)
        #expect(client.eventLedger.isBalanced, sourceLocation: location)
        #expect(client.eventLedger.pending == 0, sourceLocation: location)
    }
}
