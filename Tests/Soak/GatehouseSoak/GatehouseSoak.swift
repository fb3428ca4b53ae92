// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Gatehouse
import Logging
import TestServers
import TestSupport

/// Checks gates without pause on two threads while documents are replaced, and watches the memory.
@main
struct GatehouseSoak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse-soak",
        abstract: "Checks gates without pause on two threads while a client replaces its document again and again.",
        discussion: "Exits with 1 when a check was wrong, a reload failed, or the memory didn't stay flat.")

    @Option(help: "How long, in seconds.")
    var seconds = 600.0

    @Option(help: "How often the document is replaced.")
    var reloads = 1_000

    @Option(help: "By how many percent the memory may change after the first tenth of the time.")
    var tolerance = 5.0

    @Flag(help: "Judge neither memory nor times, for debug builds and sanitizers.")
    var onlyAnswers = false

    @Option(help: "A document to use instead of the sample project.")
    var document: String?

    func run() async throws {
        let project = try SoakProject(document)
        let server = try await FaultServer.start { request in
            Answer(json: project.document(newerThan: request.path)).gzipped()
        }
        var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
        options.events = nil
        options.logger.logLevel = .error
        let cache = FileManager.default.temporaryDirectory.appending(path: "gatehouse-soak-\(UUID().uuidString)")
        options.cacheDirectory = cache.path
        defer { try? FileManager.default.removeItem(at: cache) }
        let client = GatehouseClient(key: SDKKey("secret-soak"), options: options)
        let outcome = await client.start()
        guard outcome.isReady else { throw SoakFailure("no start: \(outcome)") }
        try await startFromDisk(project, options)
        try await startAndStop(options, project.document(newerThan: ""))

        let checkers = [SoakChecker(client, project, seed: 1), SoakChecker(client, project, seed: 2)]
        var memory = MemoryCurve()
        let begin = ContinuousClock.now
        for reload in 1...max(reloads, 1) {
            try await Task.sleep(until: begin + .seconds(seconds * Double(reload) / Double(reloads)))
            project.turn()
            let status = await client.refresh()
            guard status.problems.isEmpty, status.documentTime == project.time else {
                throw SoakFailure("reload \(reload) failed: \(status)")
            }
            memory.add(after: (ContinuousClock.now - begin) / .seconds(seconds))
            if reload % max(reloads / 20, 1) == 0 {
                let checks = checkers.reduce(0) { $0 + $1.count }
                print("\(reload) reloads, \(checks) checks, \(memory.latest / 1_024) KiB")
            }
        }
        for checker in checkers { checker.stop() }
        let failures = checkers.reduce(0) { $0 + $1.failures }
        let checks = checkers.reduce(0) { $0 + $1.count }
        await client.shutdown()
        try await server.stop()
        print("\(reloads) reloads, \(checks) checks, \(failures) wrong ones; memory \(memory)")
        guard failures == 0 else { throw ExitCode.failure }
        guard onlyAnswers || memory.isFlat(within: tolerance) else {
            throw SoakFailure("the memory didn't stay within \(tolerance) %: \(memory)")
        }
    }
}

extension GatehouseSoak {
    /// Starts a second client from what the first one kept, with a server that never answers.
    private func startFromDisk(_ project: SoakProject, _ options: ClientOptions) async throws {
        let limit = Duration.milliseconds(30)
        try await FaultServer.run({ _ in .silence }) { server in
            var options = options
            options.network = NetworkOptions(specsURL: server.url)
            var durations: [Duration] = []
            for _ in 0..<11 {
                let begin = ContinuousClock.now
                let client = GatehouseClient(key: SDKKey("secret-soak"), options: options)
                let outcome = await client.start()
                let isRight = project.isRight(client, for: 0)
                durations.append(ContinuousClock.now - begin)
                guard outcome.origin == .lastKnownGood, isRight else {
                    throw SoakFailure("no start from disk: \(outcome)")
                }
                await client.shutdown()
            }
            let slowest = durations.max() ?? .zero
            print("from nothing to all checks of a user, from disk: first \(durations[0]), slowest \(slowest)")
            guard onlyAnswers || durations[0] <= limit else {
                throw SoakFailure("a start from disk took \(durations[0]), more than \(limit)")
            }
        }
    }
}

extension GatehouseSoak {
    /// Starts and stops clients, and counts what they leave behind.
    private func startAndStop(_ options: ClientOptions, _ document: String) async throws {
        try await FaultServer.run({ _ in Answer(json: document) }) { server in
            var options = options
            options.network = NetworkOptions(specsURL: server.url)
            var before: [String: Int] = [:]
            for cycle in 0..<1_020 {
                if cycle == 20 { before = GatehouseSoak.resources }
                let client = GatehouseClient(key: SDKKey("secret-cycle"), options: options)
                guard await client.start().isReady, await client.shutdown().isComplete else {
                    throw SoakFailure("cycle \(cycle) failed: \(client.status)")
                }
            }
            try await waitUntil("all connections are closed") { server.openConnections == 0 }
            let after = GatehouseSoak.resources
            print("1000 starts and ends: \(before) before, \(after) after")
            // Threads of the pools come and go.
            guard after["files", default: 0] <= before["files", default: 0],
                after["threads", default: 0] <= before["threads", default: 0] + 4
            else { throw SoakFailure("something was left behind") }
        }
    }

    /// What the process holds, where the system tells.
    private static var resources: [String: Int] {
        func count(_ folder: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(folder)").count) ?? 0
        }
        return ["files": count("fd"), "threads": count("task")]
    }
}

/// What went wrong.
struct SoakFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
