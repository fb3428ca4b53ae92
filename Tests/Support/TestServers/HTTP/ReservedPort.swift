// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A port of 127.0.0.1 that no other process gets, and where no server answers.
///
/// The socket is bound and doesn't listen: connections are refused, and a server that sets `SO_REUSEADDR` may still
/// listen there. Freed with the last reference.
public final class ReservedPort: Sendable {
    /// The port.
    public let number: Int
    private let socket: CInt

    /// Reserves a free port.
    ///
    /// - Throws: An error when there is none.
    public init() throws {
        #if canImport(Darwin)
            socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #else
            socket = Foundation.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: CInt = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        let (socket, length) = (socket, size)
        let outcome = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &size) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard outcome else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(socket)
    }

    /// The URL of the port: `http://127.0.0.1:<number>`.
    public var url: String { "http://127.0.0.1:\(number)" }
}
