// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore

/// Why a console can't listen.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    /// The cause.
    public enum Reason: Sendable {
        /// Another process listens at the address and the port.
        case inUse
        /// The process may not use the port.
        case forbidden
        /// The address isn't one of this machine.
        case notLocal
        /// The name of the host is unknown.
        case unknownHost
        /// A certificate or a private key can't be read.
        case certificates
        /// Another failure of the system.
        case other
    }

    /// The cause.
    public let reason: Reason
    /// The error, with the address and the port, or with the file.
    public let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    /// The error for a failure of the server, `nil` if it isn't about the address.
    init?(_ error: any Error, host: String, port: Int) {
        if error is SocketAddressError.UnknownHost {
            self.init(.unknownHost, "the host \(host) is unknown")
            return
        }
        guard let error = error as? IOError else { return nil }
        switch error.errnoCode {
        case EADDRINUSE: self.init(.inUse, "port \(port) of \(host) is in use by another process")
        case EACCES, EPERM: self.init(.forbidden, "this process may not listen at port \(port) of \(host)")
        case EADDRNOTAVAIL: self.init(.notLocal, "\(host) isn't an address of this machine")
        default:
            let reason = String(cString: strerror(error.errnoCode))
            self.init(.other, "the console can't listen at port \(port) of \(host): \(reason)")
        }
    }
}
