// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A segment that is too long for documents, as the list that it is served as.
///
/// Changes are lines at its end, so that clients download only those.
struct AuthoredIDList: Sendable {
    /// The segment's when the list was made.
    let revision: Int64
    let served: ServedIDList
    private let ids: Set<String>

    /// Makes the list of a segment.
    ///
    /// - Parameters:
    ///   - segment: The segment.
    ///   - previous: The list before, if there is one.
    ///   - time: The time now, in ms since 1970.
    init(_ segment: Entity, replacing previous: AuthoredIDList?, at time: Int64) {
        revision = segment.revision
        let texts = segment.members.texts("ids")
        ids = Set(texts)
        let old = previous?.ids ?? []
        var content = previous?.served.content ?? []
        for id in texts where !old.contains(id) { AuthoredIDList.append(UInt8(ascii: "+"), id, to: &content) }
        for id in old.subtracting(ids).sorted() { AuthoredIDList.append(UInt8(ascii: "-"), id, to: &content) }
        served = ServedIDList(name: segment.id, content: content, replacing: previous?.served, at: time)
    }

    /// A line: the sign, and the first eight Base64 characters of the digest.
    private static func append(_ sign: UInt8, _ id: String, to content: inout [UInt8]) {
        // Six bytes are eight characters without padding.
        let digest = Array(Digest.sha256(Array(id.utf8)).prefix(6))
        let text = [UInt8](unsafeUninitializedCapacity: 8) { output, count in
            count = digest.withUnsafeBufferPointer { Base64.encode($0, into: output) }
        }
        content.append(sign)
        content += text
        content.append(UInt8(ascii: "\n"))
    }
}
