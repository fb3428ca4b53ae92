// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

/// ID lists as a client has them, beside documents: what one of them lies about doesn't concern the rest.
@Suite("Faults of a client's ID lists", .serialized)
struct ClientIDListTests {
    private static let interval = Duration.seconds(60)
    private let time = VirtualTime()
    private let member = User(userID: "member")

    private func client(_ server: ListServer) -> GatehouseClient {
        var options = Scenario.options(server.http, time)
        options.network?.specsURL = "\(server.http.url)/specs"
        options.network?.pollingInterval = .seconds(3_600)
        options.idLists = IDListOptions(
            manifestURL: "\(server.http.url)/manifest", pollingInterval: ClientIDListTests.interval)
        options.idLists?.maximumBodyBytes = 1 << 20
        return GatehouseClient(key: Scenario.key, options: options)
    }

    /// Runs a client with the lists `good`, which has the member, and `other`, which hasn't.
    private func run(_ body: (ListServer, GatehouseClient) async throws -> Void) async throws {
        let files = ["good": ListServer.File(ListLine.add("member")), "other": ListServer.File(ListLine.add("nobody"))]
        try await ListServer.run(files) { server, _ in
            server.answerOthers { request in
                request.path.hasPrefix("/specs")
                    ? Answer(json: Documents.segments("good", "other")) : Answer(status: 404)
            }
            let client = client(server)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.isReady)
            #expect(outcome.error == nil)
            #expect(client.checkGate("in_good", for: member))
            #expect(!client.checkGate("in_other", for: member))
            try await body(server, client)
            let wasMember = client.checkGate("in_good", for: member)
            #expect(await client.shutdown(within: .seconds(20)).isComplete)
            #expect(client.checkGate("in_good", for: member) == wasMember)
        }
    }

    /// Lets the lists be asked for once more.
    private func round(_ server: ListServer, _ client: GatehouseClient) async throws {
        try await waitForPause()
        let count = server.manifestCount
        await time.advanceToNextWakeUp()
        try await waitUntil("the manifest is asked for") { server.manifestCount > count }
        try await waitForPause()
    }

    /// Waits until the lists wait for their next round, of whose interval nothing has passed yet.
    private func waitForPause() async throws {
        let interval = ClientIDListTests.interval
        try await waitUntil("the lists wait") { time.wakeUps.contains { interval * 0.9 <= $0 && $0 <= interval } }
    }

    @Test(
        "The manifest is missing, broken or a lie: lists stay, and are fresh an interval after the cure",
        arguments: [
            ("error", Answer(status: 500)), ("forbidden", Answer(status: 403)), ("page", .portal),
            ("not JSON", Answer(json: "{")), ("no object", Answer(json: "[]")), ("reset", .reset),
            ("all malformed", Answer(json: #"{"good":{"url":7},"other":null}"#)),
            ("too large", Answer(json: String(repeating: " ", count: 2 << 20))),
        ])
    func manifest(name: String, answer: Answer) async throws {
        try await run { server, client in
            server.answerManifest { _ in answer }
            try await round(server, client)
            #expect(client.status.problems.map(\.part) == [.idLists])
            #expect(client.status.idLists?.listCount == 2)
            #expect(client.status.consecutiveFailures == 0)
            #expect(client.checkGate("in_good", for: member))
            server.answerManifest { $0 }
            server.change("other") { $0.append(ListLine.add("member")) }
            let cured = time.elapsed()
            try await round(server, client)
            #expect(time.elapsed() - cured <= ClientIDListTests.interval)
            #expect(client.status.problems == [])
            #expect(client.checkGate("in_other", for: member))
        }
    }

    @Test("One list fails: it stays as it was, the other grows")
    func oneFails() async throws {
        try await run { server, client in
            server.change("good") {
                $0.append(ListLine.remove("member"))
                $0.answer = { _, _ in Answer(status: 500) }
            }
            server.change("other") { $0.append(ListLine.add("member")) }
            try await round(server, client)
            #expect(client.checkGate("in_good", for: member))
            #expect(client.checkGate("in_other", for: member))
            #expect(client.status.problems.map(\.part) == [.idLists])
            #expect(client.status.problems.first?.message.contains("good") == true)
            #expect(client.status.idLists?.failingLists == ["good"])
            server.change("good") { $0.answer = { $1 } }
            try await round(server, client)
            #expect(!client.checkGate("in_good", for: member))
            #expect(client.status.problems == [])
            #expect(client.status.idLists?.failingListCount == 0)
        }
    }

    @Test("A list is replaced, cut and removed: each time the answers follow within an interval")
    func replaced() async throws {
        try await run { server, client in
            var file = ListServer.File(ListLine.add("nobody"))
            file.fileID = "b"
            file.creationTime = 2
            server["good"] = file
            try await round(server, client)
            #expect(!client.checkGate("in_good", for: member))
            file.append(ListLine.add("member"))
            server["good"] = file
            try await round(server, client)
            #expect(client.checkGate("in_good", for: member))
            server["good"] = nil
            server["other"] = file
            try await round(server, client)
            #expect(!client.checkGate("in_good", for: member))
            #expect(client.status.idLists?.listCount == 1)
            #expect(client.status.problems == [])
            server["good"] = file
            try await round(server, client)
            #expect(client.checkGate("in_good", for: member))
        }
    }

    @Test("Documents and lists fail and heal each for itself")
    func independent() async throws {
        try await run { server, client in
            server.answerOthers { _ in Answer(status: 403) }
            #expect(await client.refresh().problems.map(\.part) == [.download])
            server.change("good") { $0.append(ListLine.remove("member")) }
            try await round(server, client)
            #expect(client.status.problems.map(\.part) == [.download])
            #expect(!client.checkGate("in_good", for: member))
            server.change("good") { $0.append(ListLine.add("member")) }
            try await round(server, client)
            server.answerOthers { _ in Answer(json: #"{"has_updates":false}"#) }
            #expect(await client.refresh().problems == [])
        }
    }
}
