// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of hashed ids, made for millions: 8 bytes a slot, looked up without allocating.
///
/// Lists are immutable and may be read from any number of threads at once.
public struct IDList: Sendable {
    // Open addressing over the 48 bits of an IDHash; all ones is free, since a hash has no upper bits.
    private let slots: [UInt64]
    /// How many ids the list holds.
    public let count: Int

    private static let free = UInt64.max

    package init(_ hashes: some Collection<IDHash>) {
        let distinct = Set(hashes)
        var size = 8
        while size * 3 < distinct.count * 4 { size *= 2 }
        var slots = [UInt64](repeating: IDList.free, count: size)
        for hash in distinct {
            var slot = IDList.start(hash, mask: size - 1)
            while slots[slot] != IDList.free { slot = (slot + 1) & (size - 1) }
            slots[slot] = hash.bits
        }
        self.slots = slots
        count = distinct.count
    }

    /// Reads the content of a list file: lines of `+` or `-` and the first 8 characters of base64(SHA-256(id)).
    ///
    /// - Parameter content: UTF-8; lines of any other form are ignored.
    public init(content: some Sequence<UInt8>) {
        var members: Set<IDHash> = []
        var line: [UInt8] = []
        func finishLine() {
            defer { line.removeAll(keepingCapacity: true) }
            while line.last == UInt8(ascii: "\r") || line.last == UInt8(ascii: " ") { line.removeLast() }
            guard let sign = line.first,
                let hash = line.dropFirst().withContiguousStorageIfAvailable({ IDHash(base64: $0) }) ?? nil
            else { return }
            switch sign {
            case UInt8(ascii: "+"): members.insert(hash)
            case UInt8(ascii: "-"): members.remove(hash)
            default: break
            }
        }
        for byte in content {
            if byte == UInt8(ascii: "\n") { finishLine() } else { line.append(byte) }
        }
        finishLine()
        self.init(members)
    }

    /// Whether an id is in the list.
    public func contains(_ id: String) -> Bool {
        var copy = id
        return copy.withUTF8 { contains(IDHash(hashing: $0)) }
    }

    package func contains(_ hash: IDHash) -> Bool {
        slots.withUnsafeBufferPointer { slots in
            let mask = slots.count - 1
            var slot = IDList.start(hash, mask: mask)
            while slots[slot] != IDList.free {
                if slots[slot] == hash.bits { return true }
                slot = (slot + 1) & mask
            }
            return false
        }
    }

    // The hash is uniform already, so its low bits will do.
    private static func start(_ hash: IDHash, mask: Int) -> Int { Int(truncatingIfNeeded: hash.bits) & mask }
}
