// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestServers

/// A TCP connection with nothing in between; closed with the last reference.
final class BareSocket: Sendable {
    private let socket: CInt

    /// Connects to the host and port of a URL, which are 127.0.0.1 and any.
    init(_ url: String) throws {
        #if canImport(Darwin)
            socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #else
            socket = Foundation.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        address.sin_port = UInt16(URL(string: url)?.port ?? 0).bigEndian
        let (socket, size) = (socket, socklen_t(MemoryLayout<sockaddr_in>.size))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
        }
        guard isConnected else { throw BareSocket.error() }
    }

    deinit {
        close(socket)
    }

    private static func error() -> POSIXError {
        POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }

    func send(_ bytes: [UInt8]) throws {
        guard Foundation.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            throw BareSocket.error()
        }
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Reads until the text ends with `end`, or the connection does.
    func read(until end: String) async throws -> String {
        String(decoding: try await read(until: { $0.ends(with: end.utf8) }), as: UTF8.self)
    }

    /// Reads all until the server closes the connection.
    func readToEnd() async throws -> String {
        String(decoding: try await read(until: { _ in false }), as: UTF8.self)
    }

    /// Reads until the bytes are enough, or the connection ends.
    func read(until isEnough: ([UInt8]) -> Bool) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await waitUntil("enough is read") {
            while !isEnough(bytes), let more = try readSome() {
                guard !more.isEmpty else { return true }
                bytes += more
            }
            return isEnough(bytes)
        }
        return bytes
    }

    /// Reads what comes within some time.
    func read(for duration: Duration) async throws -> String {
        try await Task.sleep(for: duration)
        return String(decoding: try readSome() ?? [], as: UTF8.self)
    }

    // `nil` when there is nothing yet, nothing at the end.
    private func readSome() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(socket, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        if count >= 0 { return Array(bytes.prefix(count)) }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { throw BareSocket.error() }
        return nil
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String.UTF8View) -> Bool {
        count >= text.count && suffix(text.count).elementsEqual(text)
    }
}
