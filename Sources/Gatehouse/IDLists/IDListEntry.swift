// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What the manifest says about a list (Protocol §6.1).
struct IDListEntry: Sendable, Equatable {
    let url: String
    /// Tells a file from the one that takes its place.
    let fileID: String?
    /// The bytes of the file, at the time the manifest was made and if it is to be believed.
    let byteCount: Int
    /// Orders files: ms since 1970.
    let creationTime: Int64
}

extension IDListEntry {
    init(_ value: Value) throws(IDListFailure) {
        guard let object = value.object else { throw IDListEntry.malformed("it isn't an object") }
        guard let url = object["url"]?.string else { throw IDListEntry.malformed("url isn't a string") }
        switch object["size"] {
        case .integer(let size) where size >= 0: byteCount = Int(size)
        case .unsigned: byteCount = .max
        default: throw IDListEntry.malformed("size isn't a whole number from 0 on")
        }
        guard let creationTime = object["creationTime"]?.integer else {
            throw IDListEntry.malformed("creationTime isn't a whole number")
        }
        switch object["fileID"] {
        case .string(let id): fileID = id
        case nil, .null: fileID = nil
        default: throw IDListEntry.malformed("fileID isn't a string")
        }
        self.url = url
        self.creationTime = creationTime
    }

    private static func malformed(_ reason: String) -> IDListFailure {
        IDListFailure(.invalidDocument, "malformed in the manifest: \(reason)")
    }
}

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
