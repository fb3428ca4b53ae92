// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why something about an ID list came to nothing.
///
/// Its text never contains a URL, which may be signed, nor anything the server wrote.
struct IDListFailure: Error, Equatable {
    let code: SyncError.Code
    let message: String

    init(_ code: SyncError.Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: TransportError) {
        switch error {
        case .network, .garbled: self.init(.unreachable, "\(error)")
        case .timeout: self.init(.timeout, "\(error)")
        case .bodyTooLarge: self.init(.tooLarge, "\(error)")
        case .redirect, .invalidURL: self.init(.refused, "\(error)")
        case .cancelled: self.init(.stopped, "\(error)")
        }
    }

    /// The answer's status isn't one of success.
    init(status: Int) {
        switch status {
        case 401, 403: self.init(.unauthorized, "the server answered \(status)")
        case 429: self.init(.tooManyRequests, "the server answered 429, too many requests")
        default: self.init(.refused, "the server answered \(status)")
        }
    }
}
