// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseRedis
import TestServers
import Testing

/// A Redis server of a test's own, killed with its last reference, and with this process however that ends.
final class RedisProcess {
    /// Whether there are `redis-server` and `redis-cli`.
    static var isInstalled: Bool {
        GuardedProcess.path(of: "redis-server") != nil && GuardedProcess.path(of: "redis-cli") != nil
    }
    static let skipComment: Comment = "redis-server isn't installed; scripts/setup.sh --checks does that"

    struct CannotStart: Error {
        let log: String
    }

    private let reserved: ReservedPort
    private let folder: URL
    private let options: [String]
    private var running: GuardedProcess?

    var port: Int { reserved.number }

    /// Starts a server.
    ///
    /// - Parameter options: Options as on the command line.
    /// - Returns: The running process.
    /// - Throws: If there is no Redis, or it doesn't start.
    static func start(_ options: String...) async throws -> RedisProcess {
        let server = try RedisProcess(options)
        try await server.start()
        return server
    }

    /// Makes a server that doesn't run yet.
    init(_ options: [String] = []) throws {
        reserved = try ReservedPort()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.options = options
    }

    deinit {
        running?.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A storage in the server.
    func storage(
        password: String? = nil, keyPrefix: String = "", commandTimeout: Duration = .seconds(20)
    ) -> RedisStorage {
        RedisStorage(
            port: port, password: password, keyPrefix: keyPrefix, connectTimeout: .seconds(20),
            commandTimeout: commandTimeout)
    }

    // MARK: Running

    /// Starts the server and waits until it answers.
    func start() async throws {
        let log = folder.appendingPathComponent("log").path
        let server = Process()
        server.executableURL = GuardedProcess.path(of: "redis-server")
        server.arguments =
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--save", "", "--appendonly", "no",
                "--logfile", log,
            ] + options
        let running = try GuardedProcess(server)
        self.running = running
        let probe = storage()
        try await waitUntil("redis-server answers at port \(port); it says: \(text(log))", within: .seconds(60)) {
            do {
                _ = try await probe.read("probe")
                return true
            } catch {
                guard running.ended.current == nil else { throw CannotStart(log: text(log)) }
                // A refusal is an answer.
                guard case .refused? = (error as? RedisError)?.code else { return false }
                return true
            }
        }
        await probe.close()
    }

    /// Kills the server and waits until it is gone.
    func stop() async {
        running?.kill()
        await running?.ended.value()
        running = nil
    }

    /// Lets the server stand still; connections stay open.
    func pause() { running?.send(SIGSTOP) }

    /// Lets it go on.
    func resume() { running?.send(SIGCONT) }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    // MARK: Asking

    /// What `redis-cli` says to a command.
    @discardableResult
    func cli(_ command: String...) async throws -> String {
        let process = Process()
        process.executableURL = GuardedProcess.path(of: "redis-cli")
        process.arguments = ["-p", "\(port)"] + command
        let output = Pipe()
        process.standardOutput = output
        let ended = Promise<Void>()
        process.terminationHandler = { _ in ended.keep(()) }
        try process.run()
        let bytes = try await offloaded { try output.fileHandleForReading.readToEnd() ?? Data() }
        await ended.value()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// How many connections there are beside the one that asks.
    func connectionCount() async throws -> Int {
        try await cli("CLIENT", "LIST").split(separator: "\n").count - 1
    }
}
