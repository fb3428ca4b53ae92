// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The address of a server, and the time limits for it.
struct RedisServer: Sendable, CustomReflectable {
    var host: String
    var port: Int
    var username: String?
    var password: String?
    var database: Int
    /// The time limit for connecting to one address of the host.
    var connectTimeout: Duration
    /// The time limit for a command, from its first byte to the last byte of its reply.
    var commandTimeout: Duration

    /// The host and the port.
    var name: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// An empty mirror, so that `dump` doesn't show the password.
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension RedisServer {
    /// Reads a URL.
    ///
    /// Errors don't contain the URL, since it may contain a password.
    init(url: String, connectTimeout: Duration, commandTimeout: Duration) throws(RedisError) {
        func unusable(_ problem: String) -> RedisError { RedisError(.unusable, "the URL \(problem)") }

        guard let parts = URLComponents(string: url, encodingInvalidCharacters: false) else {
            throw unusable("isn't one; special characters have to be percent-encoded")
        }
        switch parts.scheme?.lowercased() {
        case "redis": break
        case "rediss": throw unusable("asks for TLS (rediss://), which isn't supported; use a tunnel")
        default: throw unusable("doesn't begin with redis://")
        }
        guard let host = parts.host.map({ $0.trimmingPrefix("[") })?.prefix(while: { $0 != "]" }), !host.isEmpty else {
            throw unusable("names no host")
        }
        guard (1...65_535).contains(parts.port ?? 6379) else {
            throw unusable("names a port that isn't from 1 to 65535")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw unusable("has a query or a fragment, which isn't supported")
        }
        let path = parts.path.drop { $0 == "/" }
        guard let database = path.isEmpty ? 0 : Int(path), database >= 0 else {
            throw unusable("names a database that isn't a number")
        }
        let username = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        let password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        guard username == nil || password != nil else { throw unusable("has a user and no password") }
        self.init(
            host: String(host), port: parts.port ?? 6379, username: username, password: password, database: database,
            connectTimeout: connectTimeout, commandTimeout: commandTimeout)
    }
}
