// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseCompression
internal import GatehouseEvaluation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Events that are delivered together.
///
/// A batch is the same for each try, after a restart too.
public struct EventBatch: Sendable {
    /// Why a batch was made.
    public enum Trigger: String, Sendable, Hashable, CaseIterable {
        /// It is full.
        case full = "scheduled:full_batch"
        /// The events waited for ``EventOptions/flushInterval``.
        case interval = "scheduled:max_time"
        /// ``GatehouseClient/flush()`` asked for it.
        case manual = "manual"
        /// The client is being shut down.
        case shutdown = "shutdown"
    }

    private enum Content {
        case json([UInt8])
        /// In the gzip format.
        case compressed([UInt8])
    }

    /// The most events of a batch.
    static let maximumCount = 2_000
    // Far more than a batch has; a damaged file may say that it has more.
    private static let maximumBodyBytes = 1 << 28
    private static let start = Array(#"{"events":["#.utf8)

    /// The identifier, by which a receiver recognizes a batch that it has taken before.
    public let id: String
    /// The number of events.
    public let count: Int
    /// Why the batch was made.
    public let trigger: Trigger
    /// How many tries this process has made before.
    public internal(set) var attempt = 0
    private let content: Content

    /// Makes a batch of the body of a request to a collector, in JSON.
    package init(id: String, count: Int, trigger: Trigger, body: [UInt8]) {
        self.id = id
        self.count = count
        self.trigger = trigger
        content = .json(body)
    }

    /// Makes a batch of the body of a request to a collector, in the gzip format.
    package init(id: String, count: Int, trigger: Trigger, compressedBody: [UInt8]) {
        self.id = id
        self.count = count
        self.trigger = trigger
        content = .compressed(compressedBody)
    }

    // MARK: - Reading

    /// The whole body of a request to a collector, `{"events":[…],"statsigMetadata":{…}}`, in UTF-8.
    ///
    /// - Returns: JSON, not compressed.
    /// - Throws: ``EventSinkError`` when the batch comes from the spool and is damaged.
    public func body() throws -> [UInt8] {
        switch content {
        case .json(let bytes): return bytes
        case .compressed(let bytes):
            do {
                return try Gzip.decompress(bytes, limit: EventBatch.maximumBodyBytes)
            } catch {
                throw EventSinkError("the batch can't be decompressed: \(error)", isRetryable: false)
            }
        }
    }

    /// The events, in the order in which they happened on each thread.
    ///
    /// - Returns: The events as values.
    /// - Throws: ``EventSinkError`` when the batch comes from the spool and is damaged.
    public func events() throws -> [Event] {
        try jsonEvents().compactMap(Event.init)
    }

    /// The events as JSON.
    package func jsonEvents() throws -> [Value] {
        let body = try body()
        let value = body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let events = value?.object?["events"]?.array else {
            throw EventSinkError("the batch isn't JSON", isRetryable: false)
        }
        return events
    }

    /// The events as lines of JSON, as they were written.
    func lines() throws -> [UInt8] {
        let body = try body()
        guard let events = EventBatch.events(of: body) else {
            throw EventSinkError("the batch isn't JSON", isRetryable: false)
        }
        var lines: [UInt8] = []
        lines.reserveCapacity(body.count)
        for event in events {
            lines += body[event]
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    // MARK: - Leaving the process

    /// The body in the gzip format, `nil` as long as the batch isn't ``compressed()``.
    package var compressedBody: [UInt8]? {
        if case .compressed(let bytes) = content { bytes } else { nil }
    }

    /// The batch with a compressed body, for the spool and for a collector; as it is when there is no memory for that.
    package func compressed() -> EventBatch {
        guard case .json(let bytes) = content, let compressed = Gzip.compress(bytes, .fastest) else { return self }
        var batch = EventBatch(id: id, count: count, trigger: trigger, compressedBody: compressed)
        batch.attempt = attempt
        return batch
    }

    /// The bytes of the body as it is.
    package var byteCount: Int {
        switch content {
        case .json(let bytes), .compressed(let bytes): bytes.count
        }
    }

    /// Two batches with half of the events each.
    ///
    /// - Returns: Nothing when the batch is damaged or has a single event.
    func halves() -> [EventBatch] {
        guard count > 1, let body = try? body(), let events = EventBatch.events(of: body), events.count == count,
            let first = events.first, let last = events.last
        else { return [] }
        let middle = events[count / 2]
        let parts = [
            (count / 2, first.lowerBound..<middle.lowerBound - 1),
            (count - count / 2, middle.lowerBound..<last.upperBound),
        ]
        return parts.map { count, range in
            EventBatch(
                id: UUID().uuidString.lowercased(), count: count, trigger: trigger,
                body: EventBatch.start + body[range] + body[last.upperBound...])
        }
    }

    /// Where the events are in a body, `nil` when it isn't one.
    private static func events(of body: [UInt8]) -> [Range<Int>]? {
        guard body.starts(with: start) else { return nil }
        var ranges: [Range<Int>] = []
        var (begin, depth) = (start.count, 0)
        var (isInString, isEscaped) = (false, false)
        for index in start.count..<body.count {
            let byte = body[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ",") where depth == 0:
                ranges.append(begin..<index)
                begin = index + 1
            case UInt8(ascii: "]") where depth == 0:
                ranges.append(begin..<index)
                return ranges
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth < 0 { return nil }
            default: break
            }
        }
        return nil
    }
}
