// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An ID list as it is downloaded: lines of `+` or `-` and a hash.
struct ServedIDList: Sendable {
    let name: String
    /// Names this line of contents, to which lines are only ever added.
    let fileID: String
    /// When the contents began, in ms since 1970.
    let creationTime: Int64
    /// Ends with a line feed.
    let content: [UInt8]
    /// The same for the engine.
    let list: IDList

    private init(name: String, fileID: String, creationTime: Int64, content: [UInt8]) {
        self.name = name
        self.fileID = fileID
        self.creationTime = creationTime
        self.content = content
        list = IDList(content: content)
    }

    /// Makes the list that follows another one of its name.
    ///
    /// - Parameters:
    ///   - name: The list's name.
    ///   - content: What is in its file.
    ///   - previous: The list before: where lines were only added, clients needn't begin anew.
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
