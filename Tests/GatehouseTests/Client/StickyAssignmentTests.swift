// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import NIOConcurrencyHelpers
import TestServers
import Testing

@Suite("Sticky assignments of a client", .serialized)
struct StickyAssignmentTests {
    private let time = VirtualTime()
    private let storage = AssignmentStorage()
    private let user = User(userID: "u1")

    /// Runs a client whose experiment has one group, named after the document.
    private func run(_ body: (GatehouseClient, FaultServer) async throws -> Void) async throws {
        try await FaultServer.run({ _ in Answer(json: Documents.experiment(time: 1)) }) { server in
            var options = Scenario.options(server, time)
            options.stickyStorage = storage
            let client = GatehouseClient(key: Scenario.key, options: options)
            #expect(await client.start(within: .seconds(60)).error == nil)
            try await body(client, server)
            await client.shutdown(within: .seconds(20))
        }
    }

    private func group(_ client: GatehouseClient, _ user: User) async -> String? {
        let values = await client.stickyValues(for: user, idType: "userID")
        return client.experiment("an_experiment", for: user, sticky: StickyOptions(values: values)).groupName
    }

    @Test("A user keeps the group, whatever later documents say")
    func kept() async throws {
        try await run { client, server in
            #expect(await group(client, user) == "group 1")
            try await waitUntil("it is kept") { storage.log == ["save an_experiment u1:userID"] }
            server.respond(with: Answer(json: Documents.experiment(time: 2)))
            #expect(await client.refresh().documentTime == 2)
            #expect(await group(client, user) == "group 1")
            #expect(await group(client, User(userID: "u2")) == "group 2")
            // Without sticky values it is forgotten.
            let live = client.experiment("an_experiment", for: user, sticky: StickyOptions(values: nil))
            #expect(live.groupName == "group 2")
            try await waitUntil("it is forgotten") { storage.log.last == "delete an_experiment u1:userID" }
        }
    }

    @Test("Writes are done one after the other, in the order of the evaluations")
    func order() async throws {
        try await run { client, _ in
            let hold = Promise<Void>()
            storage.hold(hold)
            for number in 0..<100 {
                _ = client.experiment(
                    "an_experiment", for: User(userID: "u\(number)"), sticky: StickyOptions(values: [:]))
            }
            hold.keep(())
            try await waitUntil("all are kept") { storage.log.count == 100 }
            #expect(storage.log == (0..<100).map { "save an_experiment u\($0):userID" })
        }
    }

    @Test("A storage that fails is told of, and of its cure")
    func broken() async throws {
        try await run { client, _ in
            storage.isBroken = true
            #expect(await client.stickyValues(for: user, idType: "userID") == nil)
            #expect(client.status.problems.map(\.part) == [.sticky])
            #expect(client.status.problems.first?.code == .unreadable)
            _ = client.experiment("an_experiment", for: user, sticky: StickyOptions(values: [:]))
            try await waitUntil("it is told") { client.status.problems.first?.code == .unwritable }
            #expect(client.status.consecutiveFailures == 0)
            storage.isBroken = false
            #expect(await client.stickyValues(for: user, idType: "userID") == [:])
            #expect(client.status.problems == [])
        }
    }

    @Test("A storage that takes for ever holds up neither evaluations nor what follows for long")
    func slow() async throws {
        try await run { client, _ in
            storage.hold(Promise<Void>())
            _ = client.experiment("an_experiment", for: user, sticky: StickyOptions(values: [:]))
            try await waitUntil("it is being written") { time.nextWakeUp == .seconds(5) }
            storage.hold(nil)
            _ = client.experiment("an_experiment", for: User(userID: "u2"), sticky: StickyOptions(values: [:]))
            await time.advance(by: .seconds(5))
            try await waitUntil("the next is kept") { storage.log == ["save an_experiment u2:userID"] }
            #expect(client.status.lastError?.part == .sticky)
        }
    }

    @Test("What waits at the end is still written")
    func end() async throws {
        try await run { client, _ in
            for number in 0..<50 {
                _ = client.experiment(
                    "an_experiment", for: User(userID: "u\(number)"), sticky: StickyOptions(values: [:]))
            }
            #expect(await client.shutdown(within: .seconds(20)).isComplete)
            #expect(storage.log.count == 50)
        }
    }

    @Test("More than there is room for is refused")
    func capacity() {
        let board = StatusBoard(
            ClientOptions(network: nil), key: NIOLockedValueBox(SDKKey("secret-key")),
            metrics: ClientMetrics(label: nil))
        let assignments = StickyAssignments(storage, board: board, time: time)
        for number in 0..<10_000 { assignments.add(.delete(key: "\(number):userID"), for: "an_experiment") }
        assignments.add(.unchanged, for: "an_experiment")
        #expect(board.status.problems == [])
        assignments.add(.delete(key: "u:userID"), for: "an_experiment")
        #expect(board.status.problems.map(\.code) == [.unwritable])
    }

    @Test("A user without such an ID has no assignments, and the storage isn't asked")
    func noID() async throws {
        try await run { client, _ in
            #expect(await client.stickyValues(for: user, idType: "companyID") == nil)
            #expect(client.status.problems == [])
        }
    }
}
