// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why there is no answer from a server.
package enum TransportError: Error, Sendable, Equatable {
    /// No connection, or it broke; with what the network said.
    case network(String)
    /// It took longer than it may.
    case timeout(Duration)
    /// The body is larger than it may be, in bytes after decompression.
    case bodyTooLarge(maximum: Int)
    /// The body can't be decompressed.
    case garbled(String)
    /// Redirects lead in a circle, too far, or where a client doesn't go.
    case redirect(String)
    /// The URL isn't one.
    case invalidURL
    /// The task was cancelled.
    case cancelled
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .network(let message): message
        case .timeout(let duration): "no answer within \(duration)"
        case .bodyTooLarge(let maximum): "the answer has more than \(maximum) bytes"
        case .garbled(let message): "the answer can't be decompressed: \(message)"
        case .redirect(let message): message
        case .invalidURL: "not an http or https URL"
        case .cancelled: "cancelled"
        }
    }
}
