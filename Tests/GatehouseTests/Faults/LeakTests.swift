// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
@testable import Gatehouse
import TestServers
import Testing

/// What is left of clients that are gone.
@Suite("Leaks")
struct LeakTests {
    // Other tests open files and start threads too, so this one has a process of its own.
    @Test("A thousand lives, ended in every way, leave no object, task, thread, socket or file behind")
    func thousand() async throws {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            try await FaultServer.run({ request in
                if request.path.contains("silent") { return .silence }
                return Answer(json: request.method == "POST" ? "{}" : Documents.document(time: 1))
            }) { server in
                var options = Scenario.options(server, VirtualTime())
                options.time = SystemTime()
                options.cacheDirectory = folder.path("cache")
                options.storage = StorageOptions(
                    FileStorage(directory: folder.path("storage")), timeout: .seconds(600))
                options.idLists = IDListOptions(manifestURL: "\(server.url)/lists")
                options.stickyStorage = AssignmentStorage()
                // The first ones make threads and buffers that stay.
                try await LeakTests.live(100, options, server)
                let before = Belongings.current
                let cores = try await LeakTests.live(1_000, options, server)
                try await waitUntil("all clients are gone") { cores.allSatisfy { $0.core == nil } }
                try await waitUntil("files and sockets are closed") { Belongings.current.files <= before.files }
                // Those of pools come and go.
                try await waitUntil("threads have ended") { Belongings.current.threads <= before.threads + 8 }
            }
            // The document; its copy for the fleet with the lease, which is given back, and that one's lock.
            #expect(try folder.names("cache").count == 1)
            #expect(Set(try folder.names("storage").map { $0.drop { $0 != "." } }) == [".lease.lock", ".specs"])
        }
    }

    /// Lets clients live and end, some at a time.
    @discardableResult
    private static func live(_ count: Int, _ options: ClientOptions, _ server: FaultServer) async throws -> [WeakCore] {
        let cores = await withTaskGroup(of: WeakCore.self) { group in
            var cores: [WeakCore] = []
            for number in 0..<count {
                if number >= 8, let core = await group.next() { cores.append(core) }
                group.addTask { await life(number, options) }
            }
            for await core in group { cores.append(core) }
            return cores
        }
        try await waitUntil("all connections are closed") { server.openConnections == 0 }
        return cores
    }

    private static func life(_ number: Int, _ options: ClientOptions) async -> WeakCore {
        var options = options
        if number % 8 >= 5 { options.network?.specsURL += "/silent" }
        if number % 8 >= 4 {
            options.storage = nil
            options.cacheDirectory = nil
        }
        let client = GatehouseClient(key: Scenario.key, options: options)
        let core = WeakCore(core: client.core)
        let updates = client.updates
        switch number % 8 {
        case 0: break  // never started
        case 1:  // only dropped
            await client.start(within: .seconds(3_600))
        case 2:  // ended twice at once
            await client.start(within: .seconds(3_600))
            async let first = client.shutdown(within: .seconds(60))
            async let second = client.shutdown(within: .seconds(60))
            let hasEnded = await (first, second)
            #expect(hasEnded.0.isComplete && hasEnded.1.isComplete)
        case 3:  // as a service whose task is cancelled
            let service = Task { try await client.run() }
            while !client.status.isReady { await Task.yield() }
            service.cancel()
            try? await service.value
        case 4:  // during refreshes and checks
            await client.start(within: .seconds(3_600))
            async let refreshed = client.refresh()
            _ = client.checkGate("a_gate", for: User(userID: "a"))
            #expect(await client.shutdown(within: .seconds(60)).isComplete)
            _ = await refreshed
        case 5:  // in the middle of its first download
            async let outcome = client.start(within: .seconds(3_600))
            for _ in 0..<number % 50 { await Task.yield() }
            #expect(await client.shutdown(within: .seconds(60)).isComplete)
            _ = await outcome
        case 6:  // dropped after a start that was cancelled
            let start = Task { await client.start(within: .seconds(3_600)) }
            for _ in 0..<number % 50 { await Task.yield() }
            start.cancel()
            _ = await start.value
        default:  // dropped while a listener waits
            let start = Task { [weak client] in await client?.start(within: .zero) }
            _ = await start.value
        }
        _ = updates
        return core
    }

    private struct WeakCore: Sendable {
        weak let core: ClientCore?
    }

    /// What the process has at the moment.
    private struct Belongings {
        let files: Int
        let threads: Int

        static var current: Belongings {
            Belongings(files: count("/dev/fd"), threads: count("/proc/self/task"))
        }

        private static func count(_ directory: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: directory).count) ?? 0
        }
    }
}
