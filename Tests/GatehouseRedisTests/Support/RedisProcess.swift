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
    static var isInstalled: Bool { path(of: "redis-server") != nil && path(of: "redis-cli") != nil }
    static let skipComment: Comment = "redis-server isn't installed; scripts/setup.sh --checks does that"

    struct CannotStart: Error {
        let log: String
    }

    private let reserved: ReservedPort
    private let folder: URL
    private let options: [String]
    private var running: Running?

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
        server.executableURL = RedisProcess.path(of: "redis-server")
        server.arguments =
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--save", "", "--appendonly", "no",
                "--logfile", log,
            ] + options
        let running = try Running(server)
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
        process.executableURL = RedisProcess.path(of: "redis-cli")
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

    private static func path(of name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// A process, and a second one that kills it when this one here ends in whatever way.
    private struct Running {
        let ended = Promise<Void>()
        private let processID: pid_t
        private let lifeline = Pipe()

        init(_ process: Process) throws {
            let ended = ended
            process.terminationHandler = { _ in ended.keep(()) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            processID = process.processIdentifier
            let guardian = Process()
            guardian.executableURL = URL(fileURLWithPath: "/bin/sh")
            // A line says that all is well; without one the pipe's end does that this process is gone.
            guardian.arguments = ["-c", "read -r line || kill -9 \(processID)"]
            guardian.standardInput = lifeline
            try guardian.run()
        }

        func kill() {
            send(SIGKILL)
            try? lifeline.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
            try? lifeline.fileHandleForWriting.close()
        }

        func send(_ signal: CInt) {
            guard ended.current == nil else { return }
            Foundation.kill(processID, signal)
        }
    }
}
