// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The IDs of a list file, and how far the file was read.
struct IDListCopy: Sendable {
    /// What to do about a list.
    enum Plan: Equatable {
        /// Nothing: the copy is as long as the file.
        case keep
        /// Read on where the copy ends, if there is anything.
        case extend
        /// Read the file from its start; it is new, or another one than before.
        case load
        /// Nothing: the manifest is older than the copy.
        case distrust
    }

    private let fileID: String?
    private(set) var creationTime: Int64
    private(set) var list = IDList()
    /// The bytes of the file up to the end of the last whole line, where reading goes on.
    private(set) var position = 0
    /// The bytes of the file that came, with those of a last line that wasn't whole.
    private(set) var receivedByteCount = 0
    // The line that takes back what a last line without an end did.
    private var undoOfLastLine: ArraySlice<UInt8> = []
    // The sizes that the manifest gave when the copy was last up to date, and, if the file had less than that, once more.
    private var listedByteCount = 0
    private var missedByteCount: Int?

    /// The empty copy of a file that is still to be read.
    init(of entry: IDListEntry) {
        fileID = entry.fileID
        creationTime = entry.creationTime
    }

    /// What to do about a list (Protocol §6.2).
    static func plan(for entry: IDListEntry, having copy: IDListCopy?) -> Plan {
        guard let copy else { return entry.byteCount == 0 ? .keep : .load }
        guard entry.fileID == copy.fileID else {
            return entry.creationTime < copy.creationTime ? .distrust : .load
        }
        if entry.creationTime > copy.creationTime { return .load }
        if entry.byteCount > copy.receivedByteCount { return .extend }
        guard entry.creationTime == copy.creationTime, entry.byteCount < copy.receivedByteCount else { return .keep }
        // A manifest that always said less than there was may be late, or the file was cut: its server knows.
        if entry.byteCount > copy.listedByteCount { return .extend }
        return entry.byteCount < copy.listedByteCount ? .load : .keep
    }

    /// Whether the file was read to its end and had less than the manifest still says.
    func isKnownToEnd(before entry: IDListEntry) -> Bool { missedByteCount == entry.byteCount }

    /// The copy with what follows in the file.
    ///
    /// A last line without an end counts as it is. It will be read again, and doesn't count any more if it goes on.
    ///
    /// - Parameter content: The file's bytes from ``position`` on.
    /// - Returns: The longer copy.
    func extended(by content: [UInt8]) -> IDListCopy {
        let end = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let (lines, lastLine) = (content[..<end], content[end...])
        var copy = self
        let whole = list.applying(undoOfLastLine.isEmpty ? lines : undoOfLastLine + lines)
        copy.list = whole.applying(lastLine)
        copy.undoOfLastLine = []
        if copy.list.count != whole.count {
            let undo = UInt8(ascii: copy.list.count > whole.count ? "-" : "+")
            copy.undoOfLastLine = [undo] + lastLine.dropFirst() + [UInt8(ascii: "\n")]
        }
        copy.position = position + end
        copy.receivedByteCount = position + content.count
        return copy
    }

    /// Notes that there is nothing more in the file than was read, and what the manifest says to that.
    mutating func finish(_ entry: IDListEntry) {
        if entry.creationTime >= creationTime {
            creationTime = entry.creationTime
            listedByteCount = entry.byteCount
        }
        missedByteCount = receivedByteCount < entry.byteCount ? entry.byteCount : nil
    }
}
