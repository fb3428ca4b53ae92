// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An ID list in the format of downloads: each line is `+` or `-` and a hash.
struct ServedIDList: Sendable {
    let name: String
    /// The ID of the content.
    ///
    /// Lines may be appended to it; any other change gets a new ID.
    let fileID: String
    /// The time at which the file ID was made, in ms since 1970.
    let creationTime: Int64
    /// Ends with a line feed.
    let content: [UInt8]
    /// The list for evaluations.
    let list: IDList

    private init(name: String, fileID: String, creationTime: Int64, content: [UInt8]) {
        self.name = name
        self.fileID = fileID
        self.creationTime = creationTime
        self.content = content
        list = IDList(content: content)
    }

    /// Makes a list from its content.
    ///
    /// - Parameters:
    ///   - name: The list's name.
    ///   - content: The content of the file.
    ///   - previous: The previous list of the name. If lines were only appended, the file ID stays, and clients download
    ///     only the new lines.
    ///   - time: The time now, in ms since 1970.
    init(name: String, content: [UInt8], replacing previous: ServedIDList?, at time: Int64) {
        var content = content
        if let last = content.last, last != UInt8(ascii: "\n") { content.append(UInt8(ascii: "\n")) }
        if let previous, content.starts(with: previous.content) {
            self.init(
                name: name, fileID: previous.fileID, creationTime: previous.creationTime, content: content)
        } else {
            let time = max(time, (previous?.creationTime ?? 0) + 1)
            self.init(name: name, fileID: RandomID.make(), creationTime: time, content: content)
        }
    }
}

/// The ID list of a segment that is too long for documents.
///
/// Changes are appended as lines, so that clients download only those.
struct AuthoredIDList: Sendable {
    /// The revision of the segment that the list was made from.
    let revision: Int64
    let served: ServedIDList
    private let ids: Set<ExactID>

    /// Makes the list of a segment.
    ///
    /// - Parameters:
    ///   - segment: The segment.
    ///   - previous: The previous list of the segment, if any.
    ///   - time: The time now, in ms since 1970.
    init(_ segment: Segment, replacing previous: AuthoredIDList?, at time: Int64) {
        revision = segment.revision
        let texts = segment.ids
        ids = Set(texts.map(ExactID.init))
        let old = previous?.ids ?? []
        var content = previous?.served.content ?? []
        for id in texts where !old.contains(ExactID(id)) { AuthoredIDList.append(UInt8(ascii: "+"), id, to: &content) }
        for id in old.subtracting(ids).sorted() { AuthoredIDList.append(UInt8(ascii: "-"), id.text, to: &content) }
        served = ServedIDList(name: segment.id, content: content, replacing: previous?.served, at: time)
    }

    /// A line: the sign, and the first eight Base64 characters of the digest.
    private static func append(_ sign: UInt8, _ id: String, to content: inout [UInt8]) {
        // Six bytes are eight characters without padding.
        let text = Base64.text(of: SHA256.digest(id).span.extracting(first: 6))
        content.append(sign)
        content += text.utf8
        content.append(UInt8(ascii: "\n"))
    }
}
