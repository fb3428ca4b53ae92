// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a server says to the request for the part of a list file behind some byte.
///
/// The reference takes any success for exactly the bytes it asked for. Here a server that doesn't know ranges, or has
/// another file by now, is noticed.
enum IDListAnswer: Equatable {
    /// The body is the file from `start` on, which is where it was asked for or 0.
    case content(start: Int, fileByteCount: Int?)
    /// There is nothing behind that byte.
    case end
    /// It isn't clear what the body is, or the file is shorter than it was; only its start is sure.
    case uncertain

    /// - Parameters:
    ///   - reply: The answer.
    ///   - start: The first byte that was asked for.
    ///   - entry: What the manifest says.
    ///   - copy: What the request was to extend.
    ///   - isAskedByQuery: Whether the part was asked for in the query.
    /// - Throws: ``IDListFailure`` when the answer isn't a part of a list.
    init(
        _ reply: HTTPReply, from start: Int, of entry: IDListEntry, extending copy: IDListCopy, isAskedByQuery: Bool
    ) throws(IDListFailure) {
        let range = reply[header: "content-range"].flatMap(ContentRange.init)
        if reply.status == 416 {
            self = try IDListAnswer.beyondEnd(range?.fileByteCount, from: start, of: entry, extending: copy)
            return
        }
        guard reply.isSuccess else { throw IDListFailure(status: reply.status) }
        guard reply[header: "content-type"]?.lowercased().contains("text/html") != true else {
            throw IDListFailure(.invalidDocument, "the answer is a page")
        }
        guard !reply.body.isEmpty else {
            self = try IDListAnswer.beyondEnd(start, from: start, of: entry, extending: copy)
            return
        }
        if let bytes = range?.bytes {
            guard bytes.lowerBound == start else {
                throw IDListFailure(
                    .invalidDocument, "the answer starts at byte \(bytes.lowerBound) instead of \(start)")
            }
            guard bytes.count == reply.body.count else {
                throw IDListFailure(
                    .invalidDocument, "the answer has \(reply.body.count) bytes and says it has \(bytes.count)")
            }
            self = .content(start: start, fileByteCount: range?.fileByteCount)
        } else if reply.status == 206 || start == 0 {
            self = .content(start: start, fileByteCount: nil)
        } else if isAskedByQuery {
            // Not a range in the sense of HTTP, so the status says nothing: it may be the part or all of it.
            self = reply.body.count < entry.byteCount ? .content(start: start, fileByteCount: nil) : .uncertain
        } else {
            // By HTTP that is the whole file. Should it be less, then a server took the reference for a standard.
            self = reply.body.count < entry.byteCount ? .uncertain : .content(start: 0, fileByteCount: nil)
        }
    }

    private static func beyondEnd(
        _ fileByteCount: Int?, from start: Int, of entry: IDListEntry, extending copy: IDListCopy
    ) throws(IDListFailure) -> IDListAnswer {
        if start > 0 {
            if fileByteCount == start { return .end }
            return fileByteCount == nil && copy.isKnownToEnd(before: entry) ? .end : .uncertain
        }
        guard entry.byteCount == 0 else {
            throw IDListFailure(
                .invalidDocument, "the file is empty, although the manifest says it has \(entry.byteCount) bytes")
        }
        return .end
    }
}

/// The header that says which part of a file an answer holds (RFC 9110 §14.4).
struct ContentRange: Equatable {
    /// The bytes, `nil` when there are none.
    let bytes: Range<Int>?
    /// How long the file is, `nil` when the server doesn't say.
    let fileByteCount: Int?

    /// - Parameter text: For example `bytes 5-9/200`, `bytes 5-9/*` or `bytes */200`.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[1] == "*" {
            fileByteCount = nil
        } else {
            guard let count = ContentRange.number(parts[1]) else { return nil }
            fileByteCount = count
        }
        if parts[0] == "*" {
            bytes = nil
        } else {
            let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = ContentRange.number(ends[0]), let last = ContentRange.number(ends[1]),
                first <= last, last < fileByteCount ?? .max
            else { return nil }
            bytes = first..<last + 1
        }
    }

    private static func number(_ text: Substring) -> Int? {
        // `Int` takes signs as well.
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
}
