// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of hashed IDs, for millions of them: 11 bytes per ID, looked up without allocating.
///
/// Lists are immutable and may be read from any number of threads at once.
public struct IDList: Sendable {
    private let members: IDHashSet

    /// How many ids the list holds.
    public var count: Int { members.count }

    /// The memory of the list in bytes.
    public var memoryByteCount: Int { members.byteCount }

    /// Makes a list without ids.
    public init() { members = IDHashSet() }

    private init(members: IDHashSet) { self.members = members }

    package init(_ hashes: some Collection<IDHash>) {
        var members = IDHashSet(expecting: hashes.count)
        for hash in hashes { members.insert(hash) }
        members.shrink()
        self.members = members
    }

    /// Reads the content of a list file.
    ///
    /// - Parameter content: UTF-8, as for ``applying(_:)``.
    public init(content: some Sequence<UInt8>) {
        self = IDList().applying(content)
    }

    /// A new list with further lines of its file applied; this list doesn't change, so other threads may go on reading it.
    ///
    /// A line is `+` to add or `-` to remove, and the first 8 characters of base64(SHA-256(id)); of several about the same
    /// id the last one counts. Lines end with a line feed, before which a carriage return may stand; the last one needs
    /// none. Lines of any other form, also with spaces around them, are ignored (Protocol §6.4).
    ///
    /// - Parameter content: UTF-8, from the start of a line on.
    /// - Returns: The new list.
    public func applying(_ content: some Sequence<UInt8>) -> IDList {
        content.withContiguousStorageIfAvailable { applying(lines: $0) }
            ?? Array(content).withUnsafeBufferPointer { applying(lines: $0) }
    }

    /// A sign, 8 characters and the end of the line.
    private static let byteCountOfLine = 10

    private func applying(lines content: UnsafeBufferPointer<UInt8>) -> IDList {
        var members = members
        members.reserve((content.count + 1) / IDList.byteCountOfLine)
        var start = 0
        while start < content.count {
            var end = start
            while end < content.count, content[end] != UInt8(ascii: "\n") { end += 1 }
            let next = end + 1
            // Only together with a line feed does a carriage return end a line.
            if end < content.count, end > start, content[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            IDList.apply(UnsafeBufferPointer(rebasing: content[start..<end]), to: &members)
            start = next
        }
        members.shrink()
        return IDList(members: members)
    }

    private static func apply(_ line: UnsafeBufferPointer<UInt8>, to members: inout IDHashSet) {
        // No hash has another length.
        guard line.count == byteCountOfLine - 1,
            let hash = IDHash(base64: UnsafeBufferPointer(rebasing: line[1...]))
        else { return }
        switch line[0] {
        case UInt8(ascii: "+"): members.insert(hash)
        case UInt8(ascii: "-"): members.remove(hash)
        default: break
        }
    }

    /// Whether an ID is in the list.
    ///
    /// - Parameter id: The ID, not hashed.
    /// - Returns: Whether its hash is in the list.
    public func contains(_ id: String) -> Bool {
        id.withTextBytes { contains(IDHash(hashing: $0.bytes.span)) }
    }

    package func contains(_ hash: IDHash) -> Bool { members.contains(hash) }
}

/// The ID lists of a project by name.
public struct IDLists: Sendable {
    private struct Named {
        let name: [UInt8]
        var list: IDList
    }

    // By the XXH3 of the name, so that a lookup allocates no key; lists whose hashes collide share an entry.
    private var lists: [UInt64: [Named]] = [:]

    /// Makes an empty collection: every list is unknown and contains no ID.
    public init() {}

    /// A list by name, compared byte for byte; `nil` for an unknown one.
    public subscript(name: String) -> IDList? {
        get {
            name.withTextBytes { list(named: $0) }
        }
        set {
            let key = Array(name.utf8)
            let hash = XXH3.hash(key.span)
            var entry = lists[hash, default: []]
            entry.removeAll { $0.name == key }
            if let newValue { entry.append(Named(name: key, list: newValue)) }
            lists[hash] = entry.isEmpty ? nil : entry
        }
    }

    func list(named name: Text) -> IDList? {
        guard !lists.isEmpty else { return nil }
        return lists[XXH3.hash(name)]?.first { $0.name.elementsEqual(name.bytes) }?.list
    }
}
