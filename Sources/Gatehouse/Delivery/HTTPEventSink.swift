// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Posts batches to a collector (Protocol §3).
struct HTTPEventSink: EventSink {
    /// An answer that isn't a yes.
    struct Failure: Error, CustomStringConvertible {
        let code: SyncError.Code
        let description: String
    }

    // A collector that asks for patience (429) gets it, unlike in the reference, which drops the events.
    private static let finalStatuses: Set<Int> = [400, 403, 405, 413, 501]
    private static let maximumBodyBytes = 1 << 20

    private let transport: Transport
    private let url: String
    private let timeout: Duration
    private let identity: RequestIdentity
    private let time: any TimeSource
    private let key: @Sendable () -> SDKKey

    init(
        _ transport: Transport, url: String, timeout: Duration, identity: RequestIdentity, time: any TimeSource,
        key: @escaping @Sendable () -> SDKKey
    ) {
        self.transport = transport
        self.url = url
        self.timeout = timeout
        self.identity = identity
        self.time = time
        self.key = key
    }

    func deliver(_ batch: EventBatch) async throws {
        let headers = [
            ("Content-Type", "application/json"), ("Content-Encoding", "gzip"),
            ("statsig-event-count", String(batch.count)), ("statsig-retry-count", String(batch.attempt)),
            ("Gatehouse-Batch-ID", batch.id),
        ]
        let reply = try await transport.send(
            HTTPRequest(
                .post, url: url, headers: identity.headers(key: key(), wallTime: time.wallTime()) + headers,
                body: batch.compressedBody, timeout: timeout, maximumBodyBytes: HTTPEventSink.maximumBodyBytes))
        guard reply.isSuccess else {
            let text = "the collector answers \(reply.status) \(reply.excerpt)"
            if HTTPEventSink.finalStatuses.contains(reply.status) { throw EventSinkError(text, isRetryable: false) }
            let code: SyncError.Code =
                switch reply.status {
                case 401: .unauthorized
                case 429: .tooManyRequests
                default: .refused
                }
            throw Failure(code: code, description: text)
        }
        guard HTTPEventSink.isYes(reply.body) else {
            throw Failure(code: .refused, description: "the collector didn't take the events: \(reply.excerpt)")
        }
    }

    /// Whether a body is an object whose `success` is missing, `null` or `true`.
    private static func isYes(_ body: [UInt8]) -> Bool {
        let value = body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let members = value?.object else { return false }
        switch members["success"] {
        case nil, .null?, .bool(true)?: return true
        default: return false
        }
    }
}
