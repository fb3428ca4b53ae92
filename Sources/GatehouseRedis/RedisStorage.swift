// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
public import Gatehouse
internal import Synchronization

/// A storage in a Redis server, for the processes of a fleet.
///
/// A storage makes one connection when it is first used, and a new one after an error. One call at a time uses it. Any number
/// of clients and tasks may share a storage. A call whose task is cancelled before its turn sends nothing. The server has to
/// be Redis 3.2 or later, or one that knows `GET`, `SET` and `EVAL`.
///
/// There is no TLS. A server on another machine needs a tunnel or a trusted network.
public final class RedisStorage: LeaseStorage {
    private let server: RedisServer
    private let keyPrefix: String
    private let queue = DispatchQueue(label: "gatehouse-redis", qos: .utility)
    /// Only the queue locks this mutex.
    private let connection = Mutex<RedisConnection?>(nil)

    /// Makes a storage.
    ///
    /// It connects when it is first used.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: The server's port.
    ///   - username: The user to log in as, `nil` for the default user.
    ///   - password: The password, `nil` to use the server without logging in.
    ///   - database: The number of the database.
    ///   - keyPrefix: A prefix of all keys, for example to share a server.
    ///   - connectTimeout: The time limit for connecting to one address of the host.
    ///   - commandTimeout: The time limit for a command, from its first byte to the last byte of its reply.
    public init(
        host: String = "127.0.0.1", port: Int = 6379, username: String? = nil, password: String? = nil,
        database: Int = 0, keyPrefix: String = "",
        connectTimeout: Duration = .seconds(1), commandTimeout: Duration = .seconds(2)
    ) {
        self.keyPrefix = keyPrefix
        server = RedisServer(
            host: host, port: port, username: username, password: password, database: database,
            connectTimeout: connectTimeout, commandTimeout: commandTimeout)
    }

    /// Makes a storage.
    ///
    /// It connects when it is first used.
    ///
    /// - Parameters:
    ///   - url: `redis://[[user]:password@]host[:port][/database]`, special characters percent-encoded.
    ///   - keyPrefix: A prefix of all keys, for example to share a server.
    ///   - connectTimeout: The time limit for connecting to one address of the host.
    ///   - commandTimeout: The time limit for a command, from its first byte to the last byte of its reply.
    /// - Throws: ``RedisError`` if the URL can't be used. The error doesn't contain the URL.
    public init(
        url: String, keyPrefix: String = "",
        connectTimeout: Duration = .seconds(1), commandTimeout: Duration = .seconds(2)
    ) throws(RedisError) {
        self.keyPrefix = keyPrefix
        server = try RedisServer(url: url, connectTimeout: connectTimeout, commandTimeout: commandTimeout)
    }

    // MARK: Storage

    /// Reads the bytes that are stored under a key.
    ///
    /// - Parameter key: Any text.
    /// - Returns: The bytes as they were written, `nil` if there are none.
    /// - Throws: ``RedisError``, or `CancellationError` if the task is cancelled.
    public func read(_ key: String) async throws -> [UInt8]? {
        try await call(["GET", keyPrefix + key]).value()
    }

    /// Stores bytes under a key and replaces those before.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to store, at most 512 MiB.
    ///   - key: Any text.
    /// - Throws: ``RedisError``, or `CancellationError` if the task is cancelled. The bytes may be stored in both cases.
    public func write(_ bytes: [UInt8], for key: String) async throws {
        guard bytes.count <= 512 << 20 else {
            throw RedisError(.unusable, "a value of \(bytes.count) bytes is longer than Redis allows")
        }
        guard try await call(["SET", keyPrefix + key], bytes) == .status("OK") else {
            throw RedisError(.badReply, "the server doesn't confirm that it stored the value")
        }
    }

    /// Closes the connection.
    ///
    /// The next call makes a new one.
    public func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.connection.withLock { $0 = nil }
                continuation.resume()
            }
        }
    }

    // MARK: Leases

    /// Acquires a lease that is free, or prolongs it if it is the owner's.
    ///
    /// - Parameter lease: The lease, its owner, and its duration from now on, at least 1 ms.
    /// - Returns: Whether the owner holds the lease now, and otherwise the note of the holder.
    /// - Throws: ``RedisError``, or `CancellationError` if the task is cancelled.
    public func acquire(_ lease: Lease) async throws -> LeaseAnswer {
        let duration = max(1, lease.duration.milliseconds)
        let reply = try await call([
            "EVAL", RedisStorage.acquisition, "1", keyPrefix + lease.key, lease.owner, "\(duration)", lease.note,
        ])
        guard let taken = try reply.value() else { return .held }
        return .taken(note: String(decoding: taken.drop { $0 != UInt8(ascii: "|") }.dropFirst(), as: UTF8.self))
    }

    /// Ends a lease.
    ///
    /// Does nothing if the owner doesn't hold it.
    ///
    /// - Parameter lease: The lease and its owner.
    /// - Throws: ``RedisError``, or `CancellationError` if the task is cancelled.
    public func release(_ lease: Lease) async throws {
        let reply = try await call(["EVAL", RedisStorage.release, "1", keyPrefix + lease.key, lease.owner])
        guard case .integer = reply else {
            throw RedisError(.badReply, "the reply isn't a number")
        }
    }

    // A lease's value is `<owner>|<note>`. The server runs one script at a time, so that no other process acquires the lease
    // between the check and the change.

    private static let acquisition = """
        local value = redis.call('GET', KEYS[1])
        local own = ARGV[1] .. '|'
        if value and string.sub(value, 1, #own) ~= own then return value end
        redis.call('SET', KEYS[1], own .. ARGV[3], 'PX', ARGV[2])
        return false
        """

    private static let release = """
        local value = redis.call('GET', KEYS[1])
        local own = ARGV[1] .. '|'
        if value and string.sub(value, 1, #own) == own then return redis.call('DEL', KEYS[1]) end
        return 0
        """

    // MARK: Calls

    private func call(_ arguments: [String], _ value: [UInt8]? = nil) async throws -> RedisReply {
        let command = arguments.map { Array($0.utf8) } + (value.map { [$0] } ?? [])
        let outcome = Promise<Result<RedisReply, any Error>>()
        queue.async {
            // Given up meanwhile: behind a server that stalls, such calls would pile up.
            guard outcome.current == nil else { return }
            outcome.keep(Result { try self.callAndWait(command) })
        }
        return try await withTaskCancellationHandler {
            await outcome.value()
        } onCancel: {
            outcome.keep(.failure(CancellationError()))
        }.get()
    }

    /// Sends a command and reads its reply to the end, even if the calling task is cancelled.
    private func callAndWait(_ command: [[UInt8]]) throws(RedisError) -> RedisReply {
        try connection.withLock { connection throws(RedisError) in
            // Servers close connections that were idle for long.
            if let isInStep = connection?.isInStep, !isInStep { connection = nil }
            if connection == nil { connection = try RedisConnection.open(server) }
            do throws(RedisError) {
                guard let reply = try connection?.call(command) else {
                    throw RedisError(.unreachable, "there is no connection")
                }
                return reply
            } catch {
                connection = nil
                throw error
            }
        }
    }
}
