// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Posts batches to a collector (Protocol §3).
struct HTTPEventSink: EventSink {
    /// An answer that doesn't acknowledge the batch.
    struct Failure: Error, CustomStringConvertible {
        let code: SyncError.Code
        let description: String
    }

    /// Statuses that say that the collector will never take the batch.
    ///
    /// The reference has 405, 413 and 429 too. Here a wrong address may be corrected (405), a batch that is too large is halved
    /// (413), and a collector that asks for patience gets it (429).
    private static let finalStatuses: Set<Int> = [400, 403, 501]
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
        let key = key()
        var headers = identity.headers(key: key, wallTime: time.wallTime())
        headers += [
            ("Content-Type", "application/json"), ("statsig-event-count", String(batch.count)),
            ("statsig-retry-count", String(batch.attempt)), ("Gatehouse-Batch-ID", batch.id),
        ]
        let compressed = batch.compressed()
        if compressed.compressedBody != nil { headers.append(("Content-Encoding", "gzip")) }
        let reply = try await transport.send(
            HTTPRequest(
                .post, url: url, headers: headers, body: try compressed.compressedBody ?? batch.body(),
                timeout: timeout, maximumBodyBytes: HTTPEventSink.maximumBodyBytes))
        guard !HTTPEventSink.acknowledges(reply) else { return }
        let excerpt = reply.excerpt(without: key)
        let text = "the collector answered \(reply.status)" + (excerpt.isEmpty ? "" : ": \(excerpt)")
        if HTTPEventSink.finalStatuses.contains(reply.status) { throw EventSinkError(text, isRetryable: false) }
        let code: SyncError.Code =
            switch reply.status {
            case 401: .unauthorized
            case 413: .tooLarge
            case 429: .tooManyRequests
            default: .refused
            }
        let isSuccess = reply.isSuccess
        throw Failure(code: code, description: isSuccess ? text + ", which doesn't say that it took the events" : text)
    }

    /// Whether an answer says that the collector has taken the batch.
    ///
    /// That is a status from 200 to 299 and an object of JSON whose `success` is `true`. Without `success` the status has to be
    /// 202, or the object empty.
    private static func acknowledges(_ reply: HTTPReply) -> Bool {
        guard reply.isSuccess else { return false }
        let value = reply.body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let members = value?.object else { return false }
        switch members["success"] {
        case .bool(true)?: return true
        case nil, .null?: return reply.status == 202 || members.isEmpty
        default: return false
        }
    }
}
