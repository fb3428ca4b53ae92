// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The code of the page "Count every exposure".

import Gatehouse

protocol Analytics: Sendable {
    func track(_ name: String, user: User)
}

struct Producer {
    func send(_ name: String, key: String) async throws {}
}

let producer = Producer()

func show(_ client: GatehouseClient, to user: User) -> String {
    let flags = client.scope(for: user)
    if flags.checkGate("new_checkout") {
        return "new"
    }
    let text = flags.layer("button")["text", default: "Buy"]
    return text
}

func logLater(_ client: GatehouseClient, _ user: User) {
    let flags = client.scope(for: user)
    let gate = flags.gate("new_checkout", logsExposure: false)
    print(gate)
    flags.log(gate)
    flags.log(event: "purchase", value: 9.99, metadata: ["item": "book"])
    client.identify(user)
}

func spool(_ options: inout ClientOptions) {
    options.events?.spool = SpoolOptions(directory: "/var/spool/my-service")
}

struct KafkaSink: EventSink {
    func deliver(_ batch: EventBatch) async throws {
        for event in try batch.events() { try await producer.send(event.name, key: batch.id) }
    }
}

func deliver(_ options: inout ClientOptions) {
    options.events = EventOptions(sink: KafkaSink())
}

func feed(_ analytics: some Analytics, from client: GatehouseClient) async {
    for await evaluation in client.evaluations {
        analytics.track(evaluation.result.name, user: evaluation.user)
    }
}
