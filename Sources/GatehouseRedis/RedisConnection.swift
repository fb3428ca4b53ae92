// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CHiredis
internal import Gatehouse

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A blocking connection, used by one thread at a time.
///
/// Its owner drops it after an error.
///
/// hiredis connects and parses. This type sends and receives the bytes, so that a command has one time limit however slowly
/// bytes arrive, and a broken connection is an error instead of a SIGPIPE.
struct RedisConnection: ~Copyable {
    /// The maximum size of a reply in bytes: the maximum of a value in Redis and the bytes around it.
    private static let maximumReplyCount = 512 << 20 + 1 << 10

    private let context: UnsafeMutablePointer<redisContext>
    private let server: RedisServer

    private init(_ context: UnsafeMutablePointer<redisContext>, _ server: RedisServer) {
        self.context = context
        self.server = server
    }

    deinit { redisFree(context) }

    /// Connects, logs in and selects the database.
    static func open(_ server: RedisServer) throws(RedisError) -> RedisConnection {
        let timeout = max(1, min(server.connectTimeout.milliseconds, 3_600_000))
        let limit = timeval(tv_sec: Int(timeout / 1_000), tv_usec: .init(timeout % 1_000 * 1_000))
        guard let context = redisConnectWithTimeout(server.host, Int32(clamping: server.port), limit) else {
            throw RedisError(.unreachable, "no memory for a connection")
        }
        let connection = RedisConnection(context, server)
        guard context.pointee.err == 0 else {
            throw RedisError(.unreachable, "cannot connect to \(server.name): \(connection.libraryMessage)")
        }
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            var isOn: Int32 = 1
            setsockopt(context.pointee.fd, SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
        #endif
        try connection.logIn()
        return connection
    }

    private func logIn() throws(RedisError) {
        if let password = server.password {
            let command = ["AUTH"] + (server.username.map { [$0] } ?? []) + [password]
            do {
                _ = try call(command.map { Array($0.utf8) })
            } catch {
                // The server's message may contain the password.
                guard case .refused(let code) = error.code else { throw error }
                throw RedisError(error.code, "\(server.name) refuses the user or the password (\(code))")
            }
        }
        if server.database != 0 {
            _ = try call([Array("SELECT".utf8), Array("\(server.database)".utf8)])
        }
    }

    /// Whether the server has sent nothing since the last reply, neither its end nor unexpected bytes.
    var isInStep: Bool {
        var request = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) == 0
    }

    // MARK: Commands

    /// Sends a command and waits for its reply.
    func call(_ arguments: [[UInt8]]) throws(RedisError) -> RedisReply {
        let deadline = ContinuousClock.now + min(server.commandTimeout, .seconds(3_600))
        try send(RedisConnection.encoded(arguments), by: deadline)
        return try receive(by: deadline)
    }

    private static func encoded(_ arguments: [[UInt8]]) -> [UInt8] {
        var bytes = Array("*\(arguments.count)\r\n".utf8)
        bytes.reserveCapacity(arguments.reduce(bytes.count) { $0 + $1.count + 24 })
        for argument in arguments {
            bytes += Array("$\(argument.count)\r\n".utf8)
            bytes += argument
            bytes += Array("\r\n".utf8)
        }
        return bytes
    }

    private func send(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) throws(RedisError) {
        #if canImport(Darwin)
            let flags = Int32(MSG_DONTWAIT)
        #else
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        #endif
        var sent = 0
        while sent < bytes.count {
            try wait(POLLOUT, until: deadline)
            let step = bytes.withUnsafeBytes { bytes in
                systemSend(context.pointee.fd, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, flags)
            }
            if step < 0 && ![EAGAIN, EWOULDBLOCK, EINTR].contains(errno) { throw broken() }
            sent += max(0, step)
        }
    }

    private func receive(by deadline: ContinuousClock.Instant) throws(RedisError) -> RedisReply {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var received = 0
        while true {
            try wait(POLLIN, until: deadline)
            let step = recv(context.pointee.fd, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if step < 0 && [EAGAIN, EWOULDBLOCK, EINTR].contains(errno) { continue }
            guard step >= 0 else { throw broken() }
            guard step > 0 else { throw RedisError(.unreachable, "\(server.name) closed the connection") }
            // The parser allocates memory for the number of elements that an array claims. No command here returns an array.
            guard received > 0 || buffer[0] != UInt8(ascii: "*") else { throw badReply("an array") }
            received += step
            guard received <= RedisConnection.maximumReplyCount else { throw badReply("more than 512 MiB") }
            if let reply = try parse(buffer, count: step) { return reply }
        }
    }

    /// Passes received bytes to the parser, and returns the reply if it is complete.
    private func parse(_ buffer: [UInt8], count: Int) throws(RedisError) -> RedisReply? {
        let reader = context.pointee.reader
        var reply: UnsafeMutableRawPointer?
        let isFed = buffer.withUnsafeBytes { redisReaderFeed(reader, $0.baseAddress, count) == REDIS_OK }
        guard isFed, redisReaderGetReply(reader, &reply) == REDIS_OK, let reader else {
            throw badReply("something else")
        }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        guard reader.pointee.pos == reader.pointee.len else { throw badReply("more than one reply") }
        return try RedisReply(reply.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func wait(_ event: Int32, until deadline: ContinuousClock.Instant) throws(RedisError) {
        var request = pollfd(fd: context.pointee.fd, events: Int16(event), revents: 0)
        while true {
            let rest = (deadline - ContinuousClock.now).milliseconds
            guard rest > 0 else {
                throw RedisError(.timeout, "no answer from \(server.name) within \(server.commandTimeout)")
            }
            let count = poll(&request, 1, Int32(clamping: rest))
            if count > 0 { return }
            if count < 0 && errno != EINTR { throw broken() }
        }
    }

    // MARK: Errors

    private func broken() -> RedisError {
        let code = errno
        return RedisError(.unreachable, "the connection to \(server.name) broke: \(String(cString: strerror(code)))")
    }

    private func badReply(_ what: String) -> RedisError {
        RedisError(.badReply, "\(server.name) sent \(what) instead of a reply")
    }

    private var libraryMessage: String {
        withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

// A method of the same name hides the function.
private let systemSend = send
