// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseCompression
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Synchronization

/// Reads the bodies of requests within their bounds, before an operation sees them.
///
/// Operations get the body in memory, without its content encoding.
struct RequestBodyReader: Sendable {
    let limits: ConsoleLimits
    let budget: BodyBudget
    private let metrics: ConsoleMetrics

    init(_ limits: ConsoleLimits, _ metrics: ConsoleMetrics) {
        self.limits = limits
        self.metrics = metrics
        budget = BodyBudget(maximumBytes: limits.maximumBufferedBytes)
    }

    /// The bounds of the bodies of endpoints with a permission.
    func bounds(of permission: Permission) -> ConsoleLimits.Body {
        switch permission {
        case .initialize, .evaluate, .evaluateAll, .downloadSpecs, .downloadIDLists, .readKeys, .changeKeys, .open:
            limits.userBody
        case .logEvents: limits.eventBody
        case .readProject, .changeProject, .readAuditLog, .readEvents: limits.authoringBody
        }
    }

    /// Receives a body.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - bounds: The bounds of its body.
    ///   - share: Grows by the bytes that are received.
    /// - Returns: The bytes.
    /// - Throws: ``APIError`` when the body is too large, or when too many bodies are in memory.
    func receive(
        _ request: Request, _ bounds: ConsoleLimits.Body, _ share: BodyBudget.Share
    ) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bounds.maximumReceivedBytes {
            throw tooLarge(.receivedBytes)
        }
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= bounds.maximumReceivedBytes else {
                throw tooLarge(.receivedBytes)
            }
            guard share.grow(by: buffer.readableBytes) else {
                metrics.refused(.bufferedBytes)
                throw APIError(
                    .serviceUnavailable, "Too many requests are being received.", headers: [.retryAfter: "1"])
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    /// The content of a body: decompressed, and decoded where a client in a browser has encoded it.
    ///
    /// - Throws: ``APIError`` when the content can't be decoded, or exceeds its bounds.
    func content(
        of received: [UInt8], in request: Request, _ bounds: ConsoleLimits.Body
    ) throws(APIError) -> [UInt8] {
        let byRatio = received.count.multipliedClamping(by: limits.maximumCompressionRatio)
        let maximum = min(bounds.maximumBytes, max(limits.freeDecompressedBytes, byRatio))
        guard let bytes = try decompressed(received, in: request, upTo: maximum) else {
            throw tooLarge(.decompressedBytes)
        }
        return try checked(bytes, request, bounds)
    }

    /// The content of a small body, `nil` for a large one; finding that out costs no more than a small body does.
    ///
    /// - Throws: ``APIError`` when the content can't be decoded, or exceeds its bounds.
    func smallContent(
        of received: [UInt8], in request: Request, _ bounds: ConsoleLimits.Body
    ) throws(APIError) -> [UInt8]? {
        guard received.count <= limits.maximumSmallReceivedBytes else { return nil }
        let maximum = min(limits.maximumSmallBytes, bounds.maximumBytes)
        // A body that can't be decompressed is one that would be large, or is refused when it is its turn.
        guard case let bytes?? = try? decompressed(received, in: request, upTo: maximum) else { return nil }
        return try checked(bytes, request, bounds)
    }

    /// Decodes bytes that a client in a browser has encoded, and estimates what they take when they are parsed.
    private func checked(
        _ content: [UInt8], _ request: Request, _ bounds: ConsoleLimits.Body
    ) throws(APIError) -> [UInt8] {
        var bytes = content
        if request.isEncoded { bytes = try RequestBodyReader.decoded(bytes) }
        let cost = ParsedSize.maximum(of: bytes)
        let maximum = min(
            bounds.maximumParsedBytes,
            max(bounds.maximumParsedBytes / 8, bytes.count.multipliedClamping(by: limits.maximumParsedRatio)))
        guard cost <= maximum else { throw tooLarge(.parsedBytes) }
        return bytes
    }

    /// The bytes without their encoding, `nil` when they are more than a maximum.
    private func decompressed(
        _ received: [UInt8], in request: Request, upTo maximum: Int
    ) throws(APIError) -> [UInt8]? {
        guard let codings = ContentCoding.list(request.headers[.contentEncoding]) else {
            throw APIError(
                .unsupportedMediaType,
                "Content-Encoding may be \(ContentCoding.names), or \(ContentCoding.maximumCount) of them.",
                headers: [.acceptEncoding: ContentCoding.names])
        }
        func decompress(_ bytes: [UInt8], _ coding: ContentCoding, named source: String) throws(APIError) -> [UInt8]? {
            do throws(ContentCoding.Failure) {
                return try coding.decompress(bytes, limit: maximum)
            } catch .tooLarge {
                return nil
            } catch {
                throw .invalid("body", "body must be \(coding.rawValue), as \(source) says")
            }
        }
        var bytes = received
        for coding in codings.reversed() {
            guard let content = try decompress(bytes, coding, named: "its Content-Encoding") else { return nil }
            bytes = content
        }
        // Clients in browsers can't set the header. A proxy that does it for them may leave the parameter.
        if request.uri.queryParameters["gz"] == "1", bytes.starts(with: RequestBodyReader.gzipMagic) {
            return try decompress(bytes, .gzip, named: "gz=1")
        }
        return bytes.count <= maximum ? bytes : nil
    }

    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

    /// Decodes text that a client in a browser has written as Latin-1, in base64, backwards.
    private static func decoded(_ bytes: [UInt8]) throws(APIError) -> [UInt8] {
        guard let latin = Data(base64Encoded: Data(bytes.reversed())) else {
            throw APIError.invalid("body", "body must be base64 backwards, as se=1 or STATSIG-ENCODED says")
        }
        var text: [UInt8] = []
        text.reserveCapacity(latin.count)
        for byte in latin {
            if byte < 0x80 {
                text.append(byte)
            } else {
                text.append(0xC0 | byte >> 6)
                text.append(0x80 | byte & 0x3F)
            }
        }
        return text
    }

    private func tooLarge(_ refusal: ConsoleMetrics.Refusal) -> APIError {
        metrics.refused(refusal)
        return .tooLarge
    }
}

extension Request {
    /// Whether the client says that it has encoded the body as text: by the query in newer clients, by a header in older ones.
    fileprivate var isEncoded: Bool {
        uri.queryParameters["se"] == "1" || headers[.statsigEncoded] == "1"
    }
}

/// Estimates what JSON text takes in memory as a ``GatehouseEvaluation/Value``.
enum ParsedSize {
    /// An upper bound in bytes, for any text.
    ///
    /// Values and members are counted by the commas, colons and brackets outside of strings. Arrays that grow may have twice
    /// the capacity that they need.
    static func maximum(of bytes: [UInt8]) -> Int {
        var (commas, colons, containers, texts) = (0, 0, 0, 0)
        var isInText = false
        var isEscaped = false
        for byte in bytes {
            if isInText {
                texts += 1
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: ","): commas += 1
            case UInt8(ascii: ":"): colons += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"): containers += 1
            default: break
            }
        }
        let member = MemoryLayout<Object.Member>.stride
        let value = MemoryLayout<Value>.stride
        // Every comma is followed by a value, and every container may begin with one.
        let values = commas + containers + 1
        return texts + 2 * (value * values + (member - value) * colons) + 32 * containers
    }
}

extension Int {
    /// The product, `Int.max` when it doesn't fit.
    fileprivate func multipliedClamping(by factor: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: factor)
        return overflows ? .max : product
    }
}

/// Counts the bytes of the bodies in memory, of all requests and of each key.
final class BodyBudget: Sendable {
    private struct State {
        var total = 0
        var keys: [String: Int] = [:]
    }

    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// The bytes of all bodies in memory.
    var total: Int { state.withLock { $0.total } }

    /// The bytes of one request's body; they are returned to the budget when the share is gone.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let key: String
        private let bytes = Mutex(0)

        init(_ budget: BodyBudget, key: String) {
            self.budget = budget
            self.key = key
        }

        deinit {
            let count = bytes.withLock { $0 }
            if count > 0 { budget.give(count, key) }
        }

        /// Takes more bytes of the budget.
        ///
        /// - Returns: Whether there were enough.
        func grow(by count: Int) -> Bool {
            guard budget.take(count, key) else { return false }
            bytes.withLock { $0 += count }
            return true
        }
    }

    private func take(_ count: Int, _ key: String) -> Bool {
        state.withLock { state in
            let ofKey = state.keys[key] ?? 0
            guard state.total + count <= maximumBytes, ofKey + count <= maximumBytes / 4 else { return false }
            state.total += count
            state.keys[key] = ofKey + count
            return true
        }
    }

    private func give(_ count: Int, _ key: String) {
        state.withLock { state in
            state.total -= count
            let rest = (state.keys[key] ?? 0) - count
            state.keys[key] = rest > 0 ? rest : nil
        }
    }
}
