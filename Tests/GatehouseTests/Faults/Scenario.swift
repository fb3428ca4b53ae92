// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import Logging
import NIOConcurrencyHelpers
import TestServers
import Testing

/// A client and its server, on a clock that stands still, while another task asks the client without pause.
///
/// Documents are named after their time: the gate's rule says which one answers.
final class Scenario: Sendable {
    static let key = SDKKey("secret-0123456789abcdefghijklmnopqrstuvwxyz")
    static let interval = Duration.seconds(10)
    /// Says nothing.
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let server: FaultServer
    let time: VirtualTime
    let client: GatehouseClient
    let asker: AnswerChecker

    private init(_ server: FaultServer, _ time: VirtualTime, _ client: GatehouseClient, _ asker: AnswerChecker) {
        self.server = server
        self.time = time
        self.client = client
        self.asker = asker
    }

    /// Options for the tests: a client of `server` without events.
    static func options(_ server: FaultServer, _ time: VirtualTime) -> ClientOptions {
        var options = ClientOptions(network: NetworkOptions(specsURL: server.url, pollingInterval: interval))
        options.events = nil
        options.time = time
        options.logger = logger
        return options
    }

    /// Starts a client with document 1, runs `body`, and looks whether the client ends well.
    ///
    /// - Parameters:
    ///   - pause: How long the asker rests between two questions, in microseconds.
    ///   - change: Changes the client's options.
    ///   - body: What happens.
    /// - Throws: What `body` or the start of the servers throws.
    static func run(
        pause: UInt32 = 2_000, _ change: @Sendable (inout ClientOptions) -> Void = { _ in },
        _ body: @Sendable (Scenario) async throws -> Void
    ) async throws {
        try await FaultServer.run { server in
            let time = VirtualTime()
            var options = options(server, time)
            change(&options)
            server.respond(with: Answer(json: Documents.document(time: 1)))
            let client = GatehouseClient(key: key, options: options)
            let scenario = Scenario(server, time, client, AnswerChecker(client, pause: pause))
            scenario.asker.accept([0, 1])
            scenario.asker.start()
            let outcome = await scenario.client.start(within: .seconds(60))
            #expect(outcome.isReady, "\(outcome)")
            scenario.asker.accept([1])
            do {
                try await body(scenario)
            } catch {
                scenario.asker.stop()
                await scenario.client.shutdown()
                throw error
            }
            #expect(await scenario.client.shutdown(within: .seconds(20)).isComplete)
            scenario.asker.stop()
            #expect(scenario.asker.mistakes == [])
            #expect(scenario.asker.count > 0)
        }
    }

    // MARK: - Letting time pass

    /// Lets time pass until the client asks its sources, and waits until they have answered or failed.
    ///
    /// - Parameter stall: How long they keep the client waiting.
    /// - Throws: If the test is cancelled, or nothing happens in time.
    func step(stall: Duration? = nil) async throws {
        try await waitForPause()
        let before = client.status
        let requestCount = server.requestCount
        await time.advance(by: before.nextAttempt ?? .zero)
        try await waitUntil("the client asks") { client.status.attempts > before.attempts }
        if let stall {
            try await server.waitForRequests(requestCount + 1)
            await time.advance(by: stall)
        }
        try await waitForPause()
    }

    /// Waits until the client waits: until it has said so, and sleeps.
    private func waitForPause() async throws {
        try await waitUntil("the client waits") {
            client.status.nextAttempt.map(time.wakeUps.contains) ?? false
        }
    }

    /// Asks once more, with all retries.
    func round(stall: Duration? = nil) async throws {
        let failures = client.status.consecutiveFailures
        repeat {
            try await step(stall: stall)
        } while client.status.problems.contains { $0.part == .download }
            && client.status.consecutiveFailures == failures
    }

    // MARK: - The common course

    /// Two rounds with a fault, until the document is stale; then a cure, and document 2 within one interval.
    ///
    /// - Parameters:
    ///   - code: What the status has to say meanwhile.
    ///   - stall: How long the server keeps the client waiting.
    ///   - inject: Makes the fault.
    ///   - cure: Ends it; document 2 is there then.
    /// - Throws: What `inject` or `cure` throws.
    func endures(
        _ code: SyncError.Code, stall: Duration? = nil, _ inject: () async throws -> Void,
        cure: () async throws -> Void
    ) async throws {
        try await inject()
        try await round(stall: stall)
        #expect(problem?.code == code, "\(client.status)")
        #expect(client.status.consecutiveFailures == 1)
        #expect(client.status.lastError?.code == code)
        #expect(client.status.nextAttempt.map { $0 <= Scenario.interval } == true)
        try await round(stall: stall)
        #expect(client.status.consecutiveFailures == 2)
        #expect(client.status.age.map { $0 >= Scenario.interval } == true)
        #expect(!client.status.isStale)
        while client.status.age.map({ $0 < Scenario.interval * 6 }) == true { try await step(stall: stall) }
        #expect(client.status.isStale)
        #expect(client.status.origin == .network)
        #expect(client.status.documentTime == 1)
        try await heals(cure)
    }

    /// ``endures(_:stall:_:cure:)`` for a server that answers badly.
    func endures(_ code: SyncError.Code, stall: Duration? = nil, answer: Answer) async throws {
        try await endures(code, stall: stall) {
            server.respond(with: answer)
        } cure: {
            serve(2)
        }
    }

    /// The cure, and the next document within one interval of it.
    func heals(to document: UInt64 = 2, _ cure: () async throws -> Void) async throws {
        asker.accept([document - 1, document])
        try await cure()
        let cured = time.elapsed()
        while client.status.documentTime != document, time.elapsed() - cured < Scenario.interval { try await step() }
        #expect(client.status.documentTime == document, "\(client.status)")
        #expect(time.elapsed() - cured <= Scenario.interval)
        asker.accept([document])
        #expect(client.status.problems == [])
        #expect(client.status.consecutiveFailures == 0)
        #expect(!client.status.isStale)
    }

    /// Serves a document.
    func serve(_ time: UInt64) {
        server.respond(with: Answer(json: Documents.document(time: time)))
    }

    var problem: SyncError? { client.status.problems.first { $0.part == .download } }
}
