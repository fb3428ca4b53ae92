// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The hashed names of a ruleset's entities, of which a response has hundreds.
///
/// They are made when a response first needs them, since most rulesets never do.
final class HashedNames {
    private let region: Region
    /// In the order of ``Program/specs``.
    let specs: TextList
    /// In the order of ``Program/autotuneRows``.
    let autotunes: TextList
    /// In the order of ``Program/parameterStoreRows``.
    let parameterStores: TextList

    init(_ hash: NameHash, of program: Program) {
        let count = program.specs.count + program.autotuneRows.count + program.parameterStoreRows.count
        let region = Region(capacity: count * (MemoryLayout<Text>.stride + NameHash.capacity) + 64)
        func hashed(_ names: some Sequence<Text>) -> TextList {
            region.store(
                names.map { name in
                    let room = UnsafeMutableBufferPointer(
                        start: region.allocate(UInt8.self, count: NameHash.capacity), count: NameHash.capacity)
                    return room.baseAddress.map { Text(base: $0, count: hash.write(name, into: room)) } ?? .missing
                })
        }
        specs = hashed(program.specs.lazy.map(\.pointee.name))
        autotunes = hashed(program.autotuneRows.lazy.map(\.pointee.name))
        parameterStores = hashed(program.parameterStoreRows.lazy.map(\.pointee.name))
        self.region = region
    }

    var byteCount: Int { region.byteCount }
}
