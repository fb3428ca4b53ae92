// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import GatehouseSpec

/// The document of a ``LoopbackServer`` and its version.
struct LoopbackContent {
    private let document: [UInt8]
    private let time: UInt64
    private let checksum: String?

    /// - Parameters:
    ///   - project: The project.
    ///   - previous: The content before, which this one is newer than.
    init(_ project: TestProject, after previous: LoopbackContent? = nil) {
        time = previous.map { $0.time &+ 1 } ?? TestProject.defaultTime
        document = project.document(time: time)
        checksum = String(time)
    }

    init(document: [UInt8]) throws(DocumentError) {
        let metadata = try Ruleset(document: document).metadata
        self.document = document
        time = metadata.time
        checksum = metadata.checksum
    }

    /// The document, or a response without updates for a client that has it.
    func answer(to uri: String) -> LoopbackAnswer {
        let query = URLComponents(string: uri)?.queryItems ?? []
        func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
        let since = parameter("sinceTime").flatMap { UInt64($0) } ?? 0
        // SDKs escape it twice.
        let known = parameter("checksum")?.removingPercentEncoding
        let isKnown = since > time || since == time && time > 0 && (known ?? checksum) == checksum
        return isKnown ? LoopbackAnswer(json: #"{"has_updates":false}"#) : LoopbackAnswer(body: document)
    }
}

/// A response of a ``LoopbackServer``.
struct LoopbackAnswer {
    var status: Int
    /// JSON.
    var body: [UInt8]

    init(status: Int = 200, json: String = "{}") {
        self.init(status: status, body: Array(json.utf8))
    }

    init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
