// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of hashed ids, made for millions: 11 bytes an id, looked up without allocating.
///
/// Lists are immutable and may be read from any number of threads at once.
public struct IDList: Sendable {
    private let members: IDHashSet

    /// How many ids the list holds.
    public var count: Int { members.count }

    package init(_ hashes: some Collection<IDHash>) {
        var members = IDHashSet(expecting: hashes.count)
        for hash in hashes { members.insert(hash) }
        members.shrink()
        self.members = members
    }

    /// Reads the content of a list file: lines of `+` or `-` and the first 8 characters of base64(SHA-256(id)).
    ///
    /// - Parameter content: UTF-8; lines of any other form are ignored.
    public init(content: some Sequence<UInt8>) {
        members =
            content.withContiguousStorageIfAvailable { IDList.members(in: $0) }
            ?? Array(content).withUnsafeBufferPointer { IDList.members(in: $0) }
    }

    /// A sign, 8 characters and the end of the line.
    private static let byteCountOfLine = 10

    private static func members(in content: UnsafeBufferPointer<UInt8>) -> IDHashSet {
        var members = IDHashSet(expecting: content.count / byteCountOfLine)
        var start = 0
        while start < content.count {
            var end = start
            while end < content.count, content[end] != UInt8(ascii: "\n") { end += 1 }
            apply(UnsafeBufferPointer(rebasing: content[start..<end]), to: &members)
            start = end + 1
        }
        members.shrink()
        return members
    }

    private static func apply(_ line: UnsafeBufferPointer<UInt8>, to members: inout IDHashSet) {
        var end = line.count
        while end > 0, line[end - 1] == UInt8(ascii: "\r") || line[end - 1] == UInt8(ascii: " ") { end -= 1 }
        guard end > 1, let hash = IDHash(base64: UnsafeBufferPointer(rebasing: line[1..<end])) else { return }
        switch line[0] {
        case UInt8(ascii: "+"): members.insert(hash)
        case UInt8(ascii: "-"): members.remove(hash)
        default: break
        }
    }

    /// Whether an id is in the list.
    public func contains(_ id: String) -> Bool {
        var copy = id
        return copy.withUTF8 { contains(IDHash(hashing: $0)) }
    }

    package func contains(_ hash: IDHash) -> Bool { members.contains(hash) }
}
