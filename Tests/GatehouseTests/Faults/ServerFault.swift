// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers

/// What a server may do instead of serving the next document.
enum ServerFault: String, Sendable, CaseIterable {
    case refused, reset, hangUp, notHTTP, cutBody, cutChunk, cutUntilClose, silence, stalledBody, drip, truncatedGzip
    case bomb, tooLarge, noContent, empty, page, otherJSON, otherType, hostile, busy, refusal, unauthorized, forbidden
    case tooMany, redirectLoop, redirectAway, older, same, sameChecksum, noUpdates, notModified

    /// What the client has to call it, `nil` where nothing is wrong.
    var code: SyncError.Code? {
        switch self {
        case .refused, .reset, .hangUp, .notHTTP, .cutBody, .cutChunk, .truncatedGzip: .unreachable
        case .silence, .stalledBody, .drip: .timeout
        case .bomb, .tooLarge: .tooLarge
        case .cutUntilClose, .noContent, .empty, .page, .otherJSON, .otherType, .hostile: .invalidDocument
        case .busy, .refusal, .redirectLoop, .redirectAway: .refused
        case .unauthorized, .forbidden: .unauthorized
        case .tooMany: .tooManyRequests
        case .older, .same, .sameChecksum, .noUpdates, .notModified: nil
        }
    }

    /// Whether the server keeps clients waiting.
    var stalls: Bool { code == .timeout }

    /// The most bytes that clients are to take.
    static let maximumBodyBytes = 1 << 20

    /// Makes the fault happen from now on, to a client whose document has the time `document`.
    func inject(into server: FaultServer, after document: UInt64, _ random: inout SeededRandom) async throws {
        guard self != .refused else { return try await server.stop() }
        let url = server.url
        guard self != .redirectLoop else { return server.respond { .redirect(to: url + $0.path) } }
        server.respond(with: answer(after: document, &random))
    }

    private func answer(after document: UInt64, _ random: inout SeededRandom) -> Answer {
        let next = Answer(json: Documents.document(time: document + 1, isOn: false))
        let cut = Int.random(in: 0..<next.body.count, using: &random)
        return switch self {
        case .refused, .redirectLoop, .hangUp: .hangUp
        case .reset: Bool.random(using: &random) ? .reset : next.cut(after: cut, .reset)
        case .notHTTP: .garbage
        case .cutBody: next.cut(after: cut)
        case .cutChunk: next.chunked(.random(in: 1...100, using: &random)).cut(after: cut)
        case .cutUntilClose: next.untilClose().cut(after: cut)
        case .silence: .silence
        case .stalledBody: next.cut(after: cut, .stall)
        case .drip: next.dripping(1, every: .seconds(1))
        case .truncatedGzip: next.gzipped(withoutLast: .random(in: 1...50, using: &random))
        case .bomb: .bomb(ofBytes: 8 << 20)
        case .tooLarge: Answer(json: String(repeating: " ", count: ServerFault.maximumBodyBytes + 1))
        case .noContent: .noContent
        case .empty: Answer(json: "")
        case .page: .portal
        case .otherJSON:
            Answer(json: ["{}", "[]", "7", "null", #"{"error":"oops"}"#].randomElement(using: &random) ?? "")
        case .otherType: Answer(headers: [("Content-Type", "application/octet-stream")], body: next.body)
        case .hostile: Answer(json: String(repeating: #"{"feature_gates":"#, count: 20_000))
        case .busy: Answer(json: "busy", status: [408, 500, 502, 503, 504, 599].randomElement(using: &random) ?? 500)
        case .refusal:
            Answer(json: "no", status: [400, 404, 405, 410, 413, 418, 501].randomElement(using: &random) ?? 400)
        case .unauthorized: Answer(status: 401)
        case .forbidden: Answer(status: 403)
        case .tooMany: Answer(status: 429)
        case .redirectAway:
            .redirect(to: ["ftp://127.0.0.1/", "http://", "file:///"].randomElement(using: &random) ?? "")
        case .older: Answer(json: Documents.document(time: document - 1, isOn: false))
        case .same: Answer(json: Documents.document(time: document))
        case .sameChecksum: Answer(json: Documents.document(time: document + 1, checksum: "\(document)", isOn: false))
        case .noUpdates: Answer(json: #"{"has_updates":false}"#)
        case .notModified: .notModified
        }
    }
}

extension Answer {
    /// A document, in one of the ways in which servers send it.
    static func document(_ time: UInt64, _ random: inout SeededRandom) -> Answer {
        var answer = Answer(json: Documents.document(time: time))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: answer = answer.gzipped()
        case 1: answer = answer.deflated()
        default: break
        }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: answer = answer.chunked(.random(in: 1...1_000, using: &random))
        case 1: answer = answer.untilClose()
        default: break
        }
        return answer
    }
}
