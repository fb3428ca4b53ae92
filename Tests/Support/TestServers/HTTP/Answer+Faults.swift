// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Answer {
    /// No content.
    public static let noContent = Answer(status: 204)

    /// Not modified.
    public static let notModified = Answer(status: 304)

    /// A redirect.
    ///
    /// - Parameters:
    ///   - location: Where to; it needn't be a URL.
    ///   - status: The status.
    /// - Returns: The answer.
    public static func redirect(to location: String, status: Int = 302) -> Answer {
        Answer(status: status, headers: [("Location", location)])
    }

    /// A page of HTML with status 200, as portals of hotels have it.
    public static let portal = Answer(
        headers: [("Content-Type", "text/html")], body: Array("<!doctype html><title>Log in</title>".utf8))

    /// A gzip file that unpacks to a thousand times its size.
    ///
    /// - Parameter count: The bytes it unpacks to. The checksum behind them is wrong: no reader should get there.
    /// - Returns: The answer.
    public static func bomb(ofBytes count: Int) -> Answer {
        Answer(headers: [("Content-Encoding", "gzip")], body: Deflate.bomb(ofBytes: count))
    }

    /// A response whose headers have many bytes.
    ///
    /// - Parameter count: How many.
    /// - Returns: The answer.
    public static func largeHeaders(ofBytes count: Int) -> Answer {
        Answer(json: "{}").with("X-Large", String(repeating: "x", count: count))
    }

    /// Nothing, until the client or the server closes the connection.
    public static let silence = Answer(raw: [], ending: .stall)

    /// The connection is closed without an answer.
    public static let hangUp = Answer(raw: [], ending: .close)

    /// The connection is reset without an answer.
    public static let reset = Answer(raw: [], ending: .reset)

    /// Bytes that aren't HTTP.
    public static let garbage = Answer(raw: [0, 0xFF, 0xFE] + Array("?!\r\n\r\n\r\n".utf8), ending: .close)
}
