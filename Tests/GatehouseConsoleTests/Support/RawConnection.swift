// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A TCP connection to a console on this machine, on which a test sends what no HTTP client would.
final class RawConnection: Sendable {
    struct NotConnected: Error {}

    private struct State {
        var received: [UInt8] = []
        var isClosed = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    /// Connects to the console at a URL.
    init(_ url: String) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port =
            in_port_t(truncatingIfNeeded: Int(url.components(separatedBy: ":").last ?? "") ?? 0).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw NotConnected() }
    }

    deinit { _ = close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        #if canImport(Glibc)
            _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #else
            _ = Foundation.send(descriptor, bytes, bytes.count, 0)
        #endif
    }

    /// Begins a request with a body.
    func begin(_ path: String, key: String, byteCount: Int, headers: String = "") {
        send(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nSTATSIG-API-KEY: \(key)\r\nContent-Type: application/json\r\n\(headers)"
                + "Content-Length: \(byteCount)\r\n\r\n")
    }

    /// Closes this side; the server sees that the client has left.
    func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// What has come until now.
    var text: String {
        receive()
        return state.withLock { String(decoding: $0.received, as: UTF8.self) }
    }

    /// Whether the server has closed the connection.
    var isClosed: Bool {
        receive()
        return state.withLock { $0.isClosed }
    }

    private func receive() {
        state.withLock { state in
            while !state.isClosed {
                var piece = [UInt8](repeating: 0, count: 4096)
                let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
                if count > 0 {
                    state.received += piece[..<count]
                } else if count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
                    state.isClosed = true
                } else {
                    return
                }
            }
        }
    }
}
