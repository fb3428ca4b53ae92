// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a server does about a request: an HTTP response, and what may go wrong with it.
public struct Answer: Sendable {
    /// What comes after the last byte.
    public enum Ending: Sendable {
        /// The connection's next request.
        case keepAlive
        /// The connection is closed, without a word in the headers.
        case close
        /// The connection is reset (`RST`).
        case reset
        /// Nothing, until the client or the server closes the connection.
        case stall
    }

    private enum Framing {
        case length
        case chunks(ofBytes: Int)
        case untilClose
    }

    /// The status.
    public var status: Int
    /// The headers, without those that frame the body.
    public var headers: [(name: String, value: String)]
    /// The body, compressed or not.
    public var body: [UInt8]
    /// What comes after the last byte.
    public var ending = Ending.keepAlive

    private var framing = Framing.length
    // How much of the framed body is sent.
    private var cut: Int?
    private var raw: [UInt8]?
    private(set) var pace: (bytes: Int, pause: Duration)?

    /// Makes an answer whose body has a `Content-Length`.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: Any headers but `Content-Length`, `Transfer-Encoding` and `Content-Encoding`.
    ///   - body: The body.
    public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Makes an answer of JSON.
    ///
    /// - Parameters:
    ///   - json: The body; it may as well be something else.
    ///   - status: The status.
    public init(json: some StringProtocol, status: Int = 200) {
        self.init(status: status, headers: [("Content-Type", "application/json")], body: Array(json.utf8))
    }

    /// Makes an answer that isn't HTTP.
    ///
    /// - Parameters:
    ///   - raw: All that is sent.
    ///   - ending: What comes after that.
    public init(raw: [UInt8], ending: Ending) {
        self.init()
        self.raw = raw
        self.ending = ending
    }

    // MARK: - Changes

    /// Has another header.
    public func with(_ name: String, _ value: String) -> Answer {
        var answer = self
        answer.headers.append((name, value))
        return answer
    }

    /// Compresses the body with gzip.
    ///
    /// - Parameter count: How many of the compressed bytes are missing at the end, which `Content-Length` won't tell.
    /// - Returns: The changed answer.
    public func gzipped(withoutLast count: Int = 0) -> Answer {
        encoded("gzip", Deflate.gzip(body).dropLast(count))
    }

    /// Compresses the body with deflate, in zlib's format.
    ///
    /// - Parameter count: How many of the compressed bytes are missing at the end, which `Content-Length` won't tell.
    /// - Returns: The changed answer.
    public func deflated(withoutLast count: Int = 0) -> Answer {
        encoded("deflate", Deflate.zlib(body).dropLast(count))
    }

    private func encoded(_ encoding: String, _ body: ArraySlice<UInt8>) -> Answer {
        var answer = with("Content-Encoding", encoding)
        answer.body = Array(body)
        return answer
    }

    /// Sends the body in chunks.
    ///
    /// - Parameter count: The bytes of each but the last.
    /// - Returns: The changed answer.
    public func chunked(_ count: Int = 1_024) -> Answer {
        var answer = self
        answer.framing = .chunks(ofBytes: max(count, 1))
        return answer
    }

    /// Ends the body by closing the connection.
    public func untilClose() -> Answer {
        var answer = self
        answer.framing = .untilClose
        answer.ending = .close
        return answer
    }

    /// Sends no more than the first bytes of the body, chunk sizes counted; headers tell of all of them.
    ///
    /// - Parameters:
    ///   - count: How many; 0 for the head alone.
    ///   - ending: What comes after them.
    /// - Returns: The changed answer.
    public func cut(after count: Int, _ ending: Ending = .close) -> Answer {
        var answer = self
        answer.cut = count
        answer.ending = ending
        return answer
    }

    /// Sends a few bytes at a time, of the head too.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - pause: The time between them.
    /// - Returns: The changed answer.
    public func dripping(_ count: Int, every pause: Duration) -> Answer {
        var answer = self
        answer.pace = (max(count, 1), pause)
        return answer
    }

    // MARK: - Bytes

    var bytes: [UInt8] {
        if let raw { return raw }
        var head = "HTTP/1.1 \(status) Whatever\r\n"
        var framed = body
        switch framing {
        case .length:
            // RFC 9110 §8.6: not with these.
            if status != 204, status != 304 { head += "Content-Length: \(body.count)\r\n" }
        case .chunks(let count):
            head += "Transfer-Encoding: chunked\r\n"
            framed = stride(from: 0, to: body.count, by: count).flatMap { start in
                let chunk = body[start..<min(start + count, body.count)]
                return Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
            }
            framed += Array("0\r\n\r\n".utf8)
        case .untilClose: head += "Connection: close\r\n"
        }
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        return Array((head + "\r\n").utf8) + framed.prefix(cut ?? framed.count)
    }
}

extension Answer: CustomStringConvertible {
    /// One line, for the names of test cases.
    public var description: String {
        var parts = raw.map { ["\($0.count) raw bytes"] } ?? ["\(status)", "\(body.count) bytes"]
        parts += headers.map { "\($0.name): \($0.value.prefix(40))" }
        switch framing {
        case .length: break
        case .chunks(let count): parts.append("chunks of \(count)")
        case .untilClose: parts.append("until close")
        }
        if let cut { parts.append("cut after \(cut)") }
        if let pace { parts.append("\(pace.bytes) every \(pace.pause)") }
        return (parts + ["\(ending)"]).joined(separator: ", ")
    }
}
