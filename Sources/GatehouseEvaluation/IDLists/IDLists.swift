// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The ID lists of a project by name.
public struct IDLists: Sendable {
    private struct Named {
        let name: [UInt8]
        var list: IDList
    }

    // By the XXH3 of the name, so that looking one up makes no key of its own; lists whose names collide share an entry.
    private var lists: [UInt64: [Named]] = [:]

    /// Makes an empty collection: every list is unknown and contains nobody.
    public init() {}

    /// A list by name, compared byte for byte; `nil` for an unknown one.
    public subscript(name: String) -> IDList? {
        get {
            var copy = name
            return copy.withUTF8 { bytes in list(named: bytes) }
        }
        set {
            let key = Array(name.utf8)
            let hash = key.withUnsafeBufferPointer { XXH3.hash($0) }
            var entry = lists[hash, default: []]
            entry.removeAll { $0.name == key }
            if let newValue { entry.append(Named(name: key, list: newValue)) }
            lists[hash] = entry.isEmpty ? nil : entry
        }
    }

    func list(named name: Text) -> IDList? {
        lists.isEmpty ? nil : list(named: name.bytes)
    }

    private func list(named name: UnsafeBufferPointer<UInt8>) -> IDList? {
        lists[XXH3.hash(name)]?.first { $0.name.elementsEqual(name) }?.list
    }
}
