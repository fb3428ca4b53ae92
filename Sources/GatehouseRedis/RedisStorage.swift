// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
public import Gatehouse
internal import Synchronization

/// A storage in a Redis server, for the processes of a fleet.
///
/// It has one connection at most, made when it is needed and again after any error, and used by one call at a time. It may
/// be shared by any number of clients and tasks; a call whose task is cancelled before its turn isn't sent. Servers from
/// Redis 3.2 on will do, and what speaks their protocol and knows `GET`, `SET` and `EVAL`.
///
/// There is no TLS: a server elsewhere needs a tunnel or a network that is trusted.
public final class RedisStorage: LeaseStorage {
    private let server: RedisServer
    private let keyPrefix: String
    private let queue = DispatchQueue(label: "gatehouse-redis", qos: .utility)
    /// Only the queue locks it.
    private let connection = Mutex<RedisConnection?>(nil)

    /// Makes a storage; nothing is connected before it is used.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its port.
    ///   - username: The user to log in as, `nil` for the default user.
    ///   - password: The password, `nil` to use the server without logging in.
    ///   - database: The number of the database.
    ///   - keyPrefix: The start of all keys, for example to share a server.
    ///   - connectTimeout: How long connecting to one address of the host may take.
    ///   - commandTimeout: How long a command may take, from its first byte to the reply's last.
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

    /// Makes a storage; nothing is connected before it is used.
    ///
    /// - Parameters:
    ///   - url: `redis://[[user]:password@]host[:port][/database]`, special characters percent-encoded.
    ///   - keyPrefix: What keys begin with, for example to share a server.
    ///   - connectTimeout: How long connecting to one address of the host may take.
    ///   - commandTimeout: How long a command may take, from its first byte to the reply's last.
    /// - Throws: ``RedisError`` when the URL can't be used; it doesn't repeat it.
    public init(
        url: String, keyPrefix: String = "",
        connectTimeout: Duration = .seconds(1), commandTimeout: Duration = .seconds(2)
    ) throws(RedisError) {
        self.keyPrefix = keyPrefix
        server = try RedisServer(url: url, connectTimeout: connectTimeout, commandTimeout: commandTimeout)
    }

    // MARK: Storage

    /// Reads what is stored under a key.
    ///
    /// - Parameter key: Any text.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: ``RedisError``, or `CancellationError` when the task is cancelled.
    public func read(_ key: String) async throws -> [UInt8]? {
        try await call(["GET", keyPrefix + key]).value()
    }

    /// Stores bytes under a key, in place of those before.
    ///
    /// - Parameters:
    ///   - bytes: What to store, at most 512 MiB.
    ///   - key: Any text.
    /// - Throws: ``RedisError``, or `CancellationError` when the task is cancelled; the bytes may have been stored or not.
    public func write(_ bytes: [UInt8], for key: String) async throws {
        guard bytes.count <= 512 << 20 else {
            throw RedisError(.unusable, "a value of \(bytes.count) bytes is longer than Redis allows")
        }
        guard try await call(["SET", keyPrefix + key], bytes) == .status("OK") else {
            throw RedisError(.badReply, "a value was sent, but the server doesn't say that it is stored")
        }
    }

    /// Gives the connection back; the next call makes a new one.
    public func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.connection.withLock { $0 = nil }
                continuation.resume()
            }
        }
    }

    // MARK: Leases

    /// Acquires a lease that no other owner holds, or prolongs the caller's own lease.
    ///
    /// - Parameter lease: Which, for whom, and how long from now on; 1 ms at least.
    /// - Returns: Whether the lease is held now, and what its holder left in it otherwise.
    /// - Throws: ``RedisError``, or `CancellationError` when the task is cancelled.
    public func acquire(_ lease: Lease) async throws -> LeaseAnswer {
        let duration = max(1, lease.duration.milliseconds)
        let reply = try await call([
            "EVAL", RedisStorage.acquisition, "1", keyPrefix + lease.key, lease.owner, "\(duration)", lease.note,
        ])
        guard let taken = try reply.value() else { return .held }
        return .taken(note: String(decoding: taken.drop { $0 != UInt8(ascii: "|") }.dropFirst(), as: UTF8.self))
    }

    /// Ends a lease if it is still the owner's; does nothing otherwise.
    ///
    /// - Parameter lease: Which, and for whom.
    /// - Throws: ``RedisError``, or `CancellationError` when the task is cancelled.
    public func release(_ lease: Lease) async throws {
        let reply = try await call(["EVAL", RedisStorage.release, "1", keyPrefix + lease.key, lease.owner])
        guard case .integer = reply else {
            throw RedisError(.badReply, "a number was expected, but something else came")
        }
    }

    // A lease's value is `<owner>|<note>`. The server runs a script alone, so that no other client
    // comes between reading and writing.

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

    /// Sends a command and reads its reply to the end, even if the task that called is cancelled meanwhile.
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
