// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The names that a client response is restricted to.
public struct NameFilter: Sendable, ExpressibleByArrayLiteral {
    // By hash, and compared byte for byte, unlike strings in a set.
    private var names: [UInt64: [[UInt8]]] = [:]

    /// Makes a filter.
    ///
    /// - Parameter names: What passes; they needn't exist.
    public init(_ names: some Sequence<String>) {
        for name in names {
            let bytes = Array(name.utf8)
            self.names[bytes.withUnsafeBufferPointer { XXH3.hash($0) }, default: []].append(bytes)
        }
    }

    /// Makes a filter of the names in a list.
    public init(arrayLiteral names: String...) {
        self.init(names)
    }

    func contains(_ name: Text) -> Bool {
        guard let candidates = names[XXH3.hash(name.bytes)] else { return false }
        return candidates.contains { name.bytes.elementsEqual($0) }
    }
}
